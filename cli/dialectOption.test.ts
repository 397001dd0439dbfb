import { dialectOf } from "./dialectOption.ts";

test("a dialect is one of the choices, LuaJIT without one", () => {
  expect(["luajit", "openresty", "5.1", undefined].map(dialectOf)).toEqual([
    "luajit",
    "openresty",
    "5.1",
    "luajit",
  ]);
});
