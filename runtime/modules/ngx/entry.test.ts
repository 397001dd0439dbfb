import { Stopped } from "../../core/stopped.ts";
import { createProgram } from "./program.testkit.ts";

describe("an entry", () => {
  test("ends when all its threads have", () => {
    const program = createProgram();
    const { outcome } = program.start(`
      ngx.thread.spawn(function()
        ngx.sleep(1)
        ngx.thread.spawn(function() ngx.sleep(2) print("inner") end)
      end)
      return 1, nil
    `);
    program.clock.advance(2999);
    expect(outcome()).toEqual(["running"]);
    program.clock.advance(1);
    expect(outcome()).toEqual(["ended", 1, undefined]);
    expect(program.lines).toEqual(["inner"]);
  });

  test("ends its threads when it fails", () => {
    const program = createProgram();
    const { outcome } = program.start(`
      local function f() ngx.sleep(1) print("wrong") end
      ngx.thread.spawn(f)
      ngx.thread.spawn(function() ngx.thread.wait(ngx.thread.spawn(f)) end)
      ngx.thread.spawn(function() while true do coroutine.yield() end end)
      error("boom", 0)
    `);
    expect(outcome()).toMatchObject(["failed", { value: "boom" }]);
    expect(program.clock.pending.all).toBe(0);
    expect(program.errors()).toBe("");
  });
});

describe("errors that nobody waits for", () => {
  test("are reported with a traceback, and end nobody else", () => {
    const program = createProgram();
    const { outcome } = program.start(`
      local function f() error("boom") end
      ngx.thread.spawn(function() ngx.sleep(1) f() end)
      ngx.thread.spawn(function() error() end)
      ngx.thread.spawn(function() ngx.sleep(2) print("goes on") end)
    `);
    program.clock.runAll();
    expect(outcome()).toEqual(["ended"]);
    expect(program.lines).toEqual(["goes on"]);
    expect(program.errors()).toBe(
      [
        "lua user thread aborted: runtime error: nil",
        "stack traceback:",
        "\t[C]: in function 'error'",
        "\tprogram:4: in function <program:4>",
        "lua user thread aborted: runtime error: program:2: boom",
        "stack traceback:",
        "\t[C]: in function 'error'",
        "\tprogram:2: in function 'f'",
        "\tprogram:3: in function <program:3>",
        "",
      ].join("\n"),
    );
  });
});

describe("what no program may catch", () => {
  const stop = new Stopped("cpu", "program:1: the CPU budget is used up", "");

  test.each([
    ["at once", "pcall(ngx.thread.spawn, stop)"],
    [
      "at once, in a thread of a thread",
      "pcall(ngx.thread.spawn, function() pcall(ngx.thread.spawn, stop) print('wrong') end)",
    ],
    [
      "while the parent waits for it",
      "pcall(ngx.thread.wait, ngx.thread.spawn(function() ngx.sleep(1) pcall(stop) end))",
    ],
    [
      "while the parent sleeps",
      "ngx.thread.spawn(function() ngx.sleep(1) pcall(stop) end) pcall(ngx.sleep, 5)",
    ],
    [
      "while a coroutine waits for it",
      `coroutine.wrap(function()
        pcall(ngx.thread.wait, ngx.thread.spawn(function() ngx.sleep(1) pcall(stop) end))
      end)()`,
    ],
  ])("ends the whole entry: %s", (_when, source) => {
    const program = createProgram();
    program.state.globals.setString("stop", () => {
      throw stop;
    });
    const { outcome } = program.start(`
      ngx.thread.spawn(function() ngx.sleep(9) print("wrong") end)
      ${source}
      print("wrong")
    `);
    program.clock.runAll();
    expect(outcome()).toEqual(["failed", stop]);
    expect(program.lines).toEqual([]);
    expect(program.clock.pending.all).toBe(0);
  });

  test("ends an entry whose own code has ended", () => {
    const program = createProgram();
    program.state.globals.setString("stop", () => {
      throw stop;
    });
    const { outcome } = program.start(`
      ngx.thread.spawn(function() ngx.sleep(1) stop() end)
      ngx.thread.spawn(function() ngx.sleep(2) print("wrong") end)
    `);
    program.clock.runAll();
    expect(outcome()).toEqual(["failed", stop]);
    expect(program.clock.pending.all).toBe(0);
  });

  test("the timeout of an invocation ends all its threads", () => {
    const program = createProgram();
    const { outcome } = program.start(
      `
      ngx.thread.spawn(function() while true do pcall(ngx.sleep, 1) end end)
      ngx.thread.spawn(function() while true do coroutine.yield() ngx.sleep(1) end end)
      ngx.thread.spawn(function() require("ngx.semaphore").new():wait(1e300) end)
      ngx.sleep(math.huge)
      `,
      { cpuMs: Infinity, timeoutMs: 10_000 },
    );
    program.clock.advance(9999);
    expect(outcome()).toEqual(["running"]);
    program.clock.advance(1);
    expect(outcome()).toMatchObject(["failed", { reason: "time" }]);
    expect(program.clock.pending.all).toBe(0);
    expect(program.errors()).toBe("");
  });
});
