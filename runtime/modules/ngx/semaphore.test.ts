import { createProgram, run } from "./program.testkit.ts";

const LIBRARY = `
  local semaphore = require "ngx.semaphore"
  local spawn = ngx.thread.spawn
`;

const runWith = (source: string) => run(LIBRARY + source);

test("resources are counted", () => {
  const lines = runWith(`
    local sema = semaphore.new(2)
    print(type(sema), sema:count(), semaphore.count(sema))
    print(sema:wait(0), sema:wait(5), sema:count())
    print(sema:wait(0))
    print(sema:post(), sema:count(), sema:post(3), sema:count())
  `);
  expect(lines).toEqual(["table 2 2", "true true 0", "nil timeout", "true 1 true 4"]);
});

test("who waits makes the count negative, until it is served", () => {
  const lines = runWith(`
    local sema = semaphore.new()
    local function handler(name) print(name, sema:wait(1)) end
    spawn(handler, "a")
    spawn(handler, "b")
    print(sema:count())
    sema:post(1)
    print(sema:count())
    sema:post(2)
    print(sema:count())
    ngx.sleep(0)
    print(sema:count())
  `);
  expect(lines).toEqual(["-2", "-1", "1", "a true", "b true", "1"]);
});

test("who waits longest is served first, also before the one who posts", () => {
  const lines = runWith(`
    local sema = semaphore.new()
    for i = 1, 4 do
      spawn(function() print(i, sema:wait(10)) end)
    end
    sema:post(3)
    print("posted", sema:wait(0))
    spawn(function() print("late", sema:wait(10)) end)
    ngx.sleep(1)
    sema:post(2)
  `);
  expect(lines).toEqual([
    "posted nil timeout",
    "1 true",
    "2 true",
    "3 true",
    "4 true",
    "late true",
  ]);
});

test("a wait that was served, or that timed out, takes nothing later", () => {
  const program = createProgram();
  program.start(`${LIBRARY}
    local sema = semaphore.new()
    local function handler(name, timeout) print(name, sema:wait(timeout)) end
    spawn(handler, "a", 1)
    spawn(handler, "b", 3)
    spawn(handler, "c", 3)
    ngx.sleep(2)
    sema:post()
    ngx.sleep(0.5)
    print(sema:count())
    ngx.sleep(2)
    print(sema:count())
    sema:post()
    print(sema:count())
  `);
  program.clock.runAll();
  expect(program.lines).toEqual(["a nil timeout", "b true", "-1", "c nil timeout", "0", "1"]);
  expect(program.clock.pending.all).toBe(0);
});

test("a timeout in the moment of the post loses nothing", () => {
  const lines = runWith(`
    local sema = semaphore.new()
    spawn(function() print("first", sema:wait(1)) end)
    spawn(function() print("second", sema:wait(5)) end)
    ngx.sleep(1)
    sema:post()
  `);
  expect(lines).toEqual(["first nil timeout", "second true"]);
});

test("a waiter that is killed after the post leaves the resource to the next", () => {
  const lines = runWith(`
    local sema = semaphore.new()
    local t = spawn(function() sema:wait(5) print("wrong") end)
    spawn(function() print(sema:wait(5)) end)
    sema:post()
    ngx.thread.kill(t)
    print(sema:count())
  `);
  expect(lines).toEqual(["0", "true"]);
});

test("a waiter whose invocation ends leaves the resource to the next", () => {
  const program = createProgram();
  program.start("SEMA = require('ngx.semaphore').new()");
  const limited = program.start("pcall(SEMA.wait, SEMA, 100)", { cpuMs: 1000, timeoutMs: 5000 });
  program.start("print(SEMA:wait(100))");
  program.clock.advance(5000);
  expect(limited.outcome()).toMatchObject(["failed", { reason: "time" }]);
  program.start("print(SEMA:count()) SEMA:post()");
  program.clock.runAll();
  expect(program.lines).toEqual(["-1", "true"]);
});

test("threads that are served may wait and post in turn", () => {
  const lines = runWith(`
    local ping, pong = semaphore.new(), semaphore.new()
    local count = 0
    local a = spawn(function()
      for i = 1, 1000 do ping:wait(1) count = count + 1 pong:post() end
    end)
    local b = spawn(function()
      for i = 1, 1000 do pong:wait(1) count = count + 1 ping:post() end
    end)
    ping:post()
    print(ngx.thread.wait(a), ngx.thread.wait(b))
    print(count, ping:count(), pong:count())
  `);
  expect(lines).toEqual(["true true", "2000 1 0"]);
});

test("works in coroutines, metamethods and iterators", () => {
  const lines = runWith(`
    local sema = semaphore.new()
    local t = setmetatable({}, {__index = function(_, key) return key .. tostring(sema:wait(1)) end})
    spawn(function() for _ = 1, 4 do ngx.sleep(0.1) sema:post() end end)
    print(t.x, coroutine.wrap(function() return t.y end)())
    for ok, message in function() return sema:wait(0.5) end do print(ok, message) end
    print(sema:count())
  `);
  expect(lines).toEqual(["xtrue ytrue", "true nil", "true nil", "0"]);
});

test("arguments are checked", () => {
  const lines = runWith(`
    local function fail(f, ...) print(select(2, pcall(f, ...))) end
    local sema = semaphore.new("1")
    fail(function() local x = semaphore.new(-1) end)
    fail(function() local x = semaphore.new({}) end)
    fail(function() local x = sema.wait({}, 1) end)
    fail(function() local x = sema.wait() end)
    fail(function() local x = sema:wait() end)
    fail(function() local x = sema:wait(-1) end)
    fail(function() local x = sema.post(5) end)
    fail(function() local x = sema:post(0) end)
    fail(function() local x = sema.count(nil) end)
    fail(sema.wait, sema, "0")
    fail(table.sort, {1, 2, 3}, function() return sema:wait(1) end)
    print(sema:count())
  `);
  const at = (line: number, text: string) => `program:${String(line)}: ${text}`;
  expect(lines).toEqual([
    at(7, "no negative number"),
    at(8, "bad argument #1 to 'new' (number expected, got table)"),
    at(9, "not a semaphore instance"),
    at(10, "not a semaphore instance"),
    at(11, "bad argument #1 to 'wait' (number expected, got no value)"),
    at(12, "no negative number"),
    at(13, "not a semaphore instance"),
    at(14, "positive number required"),
    at(15, "not a semaphore instance"),
    "true",
    "attempt to yield across C-call boundary",
    "0",
  ]);
});
