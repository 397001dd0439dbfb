import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Stopped } from "../../core/stopped.ts";
import { createProgram, run, type TestClock } from "./program.testkit.ts";

test("ngx.timer.at calls back once, later and with arguments", () => {
  const program = createProgram();
  program.start(`
    print(ngx.timer.at(1.5, function(premature, ...) print(premature, select("#", ...), ...) end, "a", nil))
    print(ngx.timer.at(0, function(...) print("at once", ...) end))
    print(ngx.timer.at(-1, function(...) print("negative", ...) end))
    print("planned", ngx.timer.pending_count(), ngx.timer.running_count())
  `);
  expect(program.lines).toEqual(["1", "1", "1", "planned 3 0"]);
  program.clock.advance(1499);
  expect(program.lines.slice(4)).toEqual(["at once false", "negative false"]);
  program.clock.advance(10_000);
  expect(program.lines.slice(6)).toEqual(["false 2 a nil"]);
  expect(program.clock.pending.all).toBe(0);
});

test("a timer outlives the entry that made it, and keeps no process alive", () => {
  const program = createProgram();
  const { outcome } = program.start(`
    ngx.timer.at(1, function()
      ngx.thread.spawn(function() ngx.sleep(1) coroutine.yield() print("thread") end)
      require("ngx.semaphore").new():wait(1)
      print(ngx.timer.running_count(), ngx.timer.pending_count())
    end)
  `);
  expect(outcome()).toEqual(["ended"]);
  expect(program.clock.pending).toEqual({ all: 1, foreground: 0 });
  program.clock.advance(1000);
  expect(program.clock.pending).toEqual({ all: 2, foreground: 0 });
  program.clock.advance(1000);
  expect(program.lines).toEqual(["1 0", "thread"]);
  program.start("print(ngx.timer.running_count(), ngx.timer.pending_count())");
  expect(program.lines.slice(2)).toEqual(["0 0"]);
});

test("ngx.timer.every repeats, also while a call is in progress", () => {
  const program = createProgram();
  program.start(`
    local count = 0
    ngx.timer.every(1, function(premature, name)
      count = count + 1
      local mine = count
      print(name, mine, ngx.timer.running_count(), ngx.timer.pending_count())
      ngx.sleep(1.5)
      print("done", mine)
    end, "tick")
  `);
  program.clock.advance(3000);
  expect(program.lines).toEqual(["tick 1 1 1", "tick 2 2 1", "done 1", "tick 3 2 1"]);
});

test("closing the state runs pending timers at once, and says so", () => {
  const program = createProgram();
  program.start(`
    local function later(premature, name)
      print(name, premature)
      print(ngx.timer.at(1, later), ngx.timer.every(1, later))
      ngx.timer.at(0, function(premature) print("zero", premature) end)
      ngx.sleep(1)
      print("goes on")
    end
    ngx.timer.every(1, later, "every")
    ngx.timer.at(5, later, "at")
    ngx.timer.at(0, function(premature) print("at 0", premature) end)
  `);
  program.state.close();
  const refused = "nil nil process exiting";
  expect(program.lines).toEqual(["every true", refused, "at true", refused, "at 0 false"]);
  program.clock.advance(60_000);
  const rest = program.lines.slice(5);
  expect(rest).toEqual(["zero false", "zero false", "goes on", "goes on"]);
  expect(program.clock.pending.all).toBe(0);
});

test("each call has limits of its own, those of the invocation that made the timer", () => {
  const program = createProgram();
  program.start(
    `
    ngx.timer.at(8, function()
      ngx.timer.at(8, function() ngx.sleep(9) print("done") ngx.sleep(2) print("wrong") end)
      pcall(ngx.sleep, 9)
      print("outer done")
    end)
    `,
    { cpuMs: 1000, timeoutMs: 10_000 },
  );
  program.clock.advance(30_000);
  expect(program.lines).toEqual(["outer done", "done"]);
  expect(program.errors()).toMatch(
    /^lua entry thread aborted: program:3: the timeout of 10 s is over, context: ngx.timer\nstack traceback:\n\tprogram:3: in function <program:3>\n$/,
  );
  expect(program.clock.pending.all).toBe(0);
});

test("errors in callbacks are reported, and later timers run", () => {
  const program = createProgram();
  program.state.globals.setString("stop", () => {
    throw new Stopped("cpu", "the CPU budget is used up", "traceback");
  });
  program.start(`
    ngx.timer.at(1, function() error("boom") end)
    ngx.timer.at(2, function() ngx.sleep(1) error(nil) end)
    ngx.timer.at(4, function() pcall(stop) end)
    ngx.timer.at(5, function() ngx.thread.spawn(error, "thread") end)
    ngx.timer.every(6, function() print(ngx.timer.running_count()) error("again", 0) end)
  `);
  program.clock.advance(12_000);
  expect(program.lines).toEqual(["1", "1"]);
  expect(
    program
      .errors()
      .split("\n")
      .filter((line) => line.startsWith("lua")),
  ).toEqual([
    "lua entry thread aborted: runtime error: program:2: boom, context: ngx.timer",
    "lua entry thread aborted: runtime error: nil, context: ngx.timer",
    "lua entry thread aborted: the CPU budget is used up, context: ngx.timer",
    "lua user thread aborted: runtime error: thread",
    "lua entry thread aborted: runtime error: again, context: ngx.timer",
    "lua entry thread aborted: runtime error: again, context: ngx.timer",
  ]);
  expect(program.errors()).toContain("\tprogram:2: in function <program:2>\n");
});

test("a bug of ours in a callback is no report", () => {
  const program = createProgram();
  program.state.globals.setString("bug", () => {
    throw new TypeError("a bug");
  });
  program.start("ngx.timer.at(1, function() pcall(bug) end)");
  expect(() => {
    program.clock.advance(1000);
  }).toThrow("a bug");
  program.start("print(ngx.timer.running_count())");
  expect(program.lines).toEqual(["0"]);
});

test("there are at most 1024 pending timers and 256 running ones", () => {
  const program = createProgram();
  program.start(`
    local count = 0
    local function f() ngx.sleep(10) end
    while ngx.timer.at(1, f) do count = count + 1 end
    print(count, ngx.timer.at(1, f))
  `);
  expect(program.lines).toEqual(["1024 nil too many pending timers"]);
  program.clock.advance(1000);
  program.start("print(ngx.timer.running_count(), ngx.timer.pending_count())");
  expect(program.lines.slice(1)).toEqual(["256 0"]);
  const failure = "lua failed to run timer: 256 lua_max_running_timers are not enough\n";
  expect(program.errors()).toBe(failure.repeat(1024 - 256));
});

test("arguments are checked", () => {
  const lines = run(`
    local function fail(f, ...) print(select(2, pcall(f, ...))) end
    local at, every = ngx.timer.at, ngx.timer.every
    fail(function() local x = at(1) end)
    fail(function() local x = at("x", print) end)
    fail(function() local x = at(1, {}) end)
    fail(function() local x = every(0, print) end)
    fail(function() local x = every(0.0009, print) end)
    fail(function() local x = every(-1, print) end)
    fail(function() local x = every(1, nil) end)
    print(ngx.timer.pending_count())
  `);
  const at = (line: number, text: string) => `program:${String(line)}: ${text}`;
  expect(lines).toEqual([
    at(4, "expecting at least 2 arguments but got 1"),
    at(5, "bad argument #1 to 'at' (number expected, got string)"),
    at(6, "bad argument #2 to 'at' (Lua function expected)"),
    at(7, "delay cannot be zero"),
    at(8, "delay cannot be zero"),
    at(9, "delay cannot be negative"),
    at(10, "bad argument #2 to 'every' (Lua function expected)"),
    "0",
  ]);
});

test("a state that nobody uses is collected with its timers", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let clock: TestClock | undefined;
  const open = (): WeakRef<object> => {
    const program = createProgram();
    program.start("ngx.timer.every(1, function() print('tick') end) ngx.timer.at(9, print)");
    program.clock.advance(1000);
    expect(program.lines).toEqual(["tick"]);
    ({ clock } = program);
    return new WeakRef(program.state);
  };
  const state = open();
  // What ran last is remembered until something else does.
  createProgram().start("coroutine.wrap(function() coroutine.yield() end)()");
  for (let round = 0; round < 20 && state.deref() !== undefined; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  expect(state.deref()).toBeUndefined();
  clock?.advance(10_000);
  expect(clock?.pending.all).toBe(0);
});
