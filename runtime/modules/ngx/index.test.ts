import { createProgram, run } from "./program.testkit.ts";

const CONTENTS = `
  print(ngx.null == require("cjson").null, ngx.OK, ngx.ERROR, ngx.AGAIN, ngx.DONE, ngx.DECLINED)
  print(ngx.none, ngx.thread.none, type(ngx.timer.at), type(require("ngx.semaphore").new))
`;

test("programs for OpenResty find the module in a global, and among the loaded ones", () => {
  expect(run(`print(ngx == require("ngx"), ngx == package.loaded.ngx) ${CONTENTS}`)).toEqual([
    "true true",
    "true 0 -1 -2 -4 -5",
    "nil nil function function",
  ]);
});

test("others require it", () => {
  const source = `print(ngx) local ngx = require("ngx") print(ngx == require("ngx")) ${CONTENTS}`;
  expect(run(source, "luajit")).toEqual([
    "nil",
    "true",
    "true 0 -1 -2 -4 -5",
    "nil nil function function",
  ]);
});

test("states share nothing of it", () => {
  const [first, second] = [createProgram(), createProgram()];
  first.start(
    "ngx.mine = 1 ngx.thread.mine = 1 getmetatable(require('ngx.semaphore').new()).m = 1",
  );
  second.start("print(ngx.mine, ngx.thread.mine, getmetatable(require('ngx.semaphore').new()).m)");
  expect(second.lines).toEqual(["nil nil nil"]);
});
