/** Expected results are what LuaJIT 2.1 prints for `print(pcall(f, ...))`. */
import { LuaTable } from "../../core/table.ts";
import { LuaUserdata } from "../../core/userdata.ts";
import { createTestState } from "./state.testkit.ts";

const { call } = createTestState();

test("collectgarbage", () => {
  expect(call("collectgarbage")).toEqual([true, 0]);
  expect(call("collectgarbage", "collect")).toEqual([true, 0]);
  expect(call("collectgarbage", "count")).toEqual([true, 3072.5]);
  expect(call("collectgarbage", "step")).toEqual([true, false]);
  expect(call("collectgarbage", "step", 10_000)).toEqual([true, true]);
  expect(call("collectgarbage", "isrunning")).toEqual([true, true]);
  expect(call("collectgarbage", "stop")).toEqual([true, 0]);
  expect(call("collectgarbage", "isrunning")).toEqual([true, false]);
  expect(call("collectgarbage", "restart")).toEqual([true, 0]);
  expect(call("collectgarbage", "isrunning")).toEqual([true, true]);
  expect(call("collectgarbage", "setpause", 150)).toEqual([true, 200]);
  expect(call("collectgarbage", "setpause")).toEqual([true, 150]);
  expect(call("collectgarbage", "setstepmul", 300)).toEqual([true, 200]);
  expect(call("collectgarbage", "x")).toEqual([
    false,
    "bad argument #1 to '?' (invalid option 'x')",
  ]);
  expect(call("collectgarbage", 3)).toEqual([false, "bad argument #1 to '?' (invalid option '3')"]);
  expect(call("collectgarbage", "collect", "x")).toEqual([
    false,
    "bad argument #2 to '?' (number expected, got string)",
  ]);
  expect(call("gcinfo")).toEqual([true, 3072]);
});

test("newproxy", () => {
  const [, plain] = call("newproxy");
  const [, first] = call("newproxy", true);
  const [, second] = call("newproxy", first);
  expect(plain).toBeInstanceOf(LuaUserdata);
  expect((plain as LuaUserdata).metatable).toBeUndefined();
  expect((first as LuaUserdata).metatable).toBeInstanceOf(LuaTable);
  expect((second as LuaUserdata).metatable).toBe((first as LuaUserdata).metatable);
  const refused = [false, "bad argument #1 to '?' (boolean or proxy expected)"];
  expect(call("newproxy", plain)).toEqual(refused);
  expect(call("newproxy", 1)).toEqual(refused);
  expect(call("newproxy", new LuaUserdata(1, new LuaTable()))).toEqual(refused);
});
