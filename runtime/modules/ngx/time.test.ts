import { createProgram, run } from "./program.testkit.ts";

test("ngx.sleep lets time pass, to the millisecond", () => {
  const lines = run(`
    local start = ngx.now()
    local function slept(seconds)
      local before = ngx.now()
      print(select("#", ngx.sleep(seconds)), math.floor((ngx.now() - before) * 1000 + 0.5))
    end
    slept(0)
    slept(0.0019)
    slept(1.25)
    slept("2")
    slept(-0.0009)
    slept(1e9)
    print(ngx.time() == math.floor(ngx.now()), ngx.time() > start)
    print(select("#", ngx.update_time()))
  `);
  expect(lines).toEqual([
    "0 0",
    "0 1",
    "0 1250",
    "0 2000",
    "0 0",
    "0 1000000000000",
    "true true",
    "0",
  ]);
});

test("others run while one sleeps, with 0 too", () => {
  const program = createProgram();
  program.start("for i = 1, 3 do print('a', i) ngx.sleep(0) end");
  program.start("for i = 1, 3 do print('b', i) ngx.sleep(0) end");
  program.start("ngx.sleep(0.5) print('half a second')");
  program.clock.runAll();
  expect(program.lines).toEqual(["a 1", "b 1", "a 2", "b 2", "a 3", "b 3", "half a second"]);
});

test("ngx.sleep works wherever code can wait", () => {
  const lines = run(`
    local function slow(value) ngx.sleep(1) return value end
    local object = setmetatable({}, {
      __index = function(_, key) return slow(key) end,
      __call = function(_, ...) return slow(select("#", ...)) end,
      __add = function(a, b) return slow("sum") end,
      __concat = function(a, b) return slow("text") end,
      __eq = function() return slow(true) end,
      __lt = function() return slow(nil) end,
    })
    print(object.key, object(1, nil), object + 1, object .. "x", object < object)
    print(object == setmetatable({}, getmetatable(object)))
    print(pcall(slow, "pcall"), pcall(function() slow() error("boom", 0) end))
    print(coroutine.wrap(function() return slow("coroutine") end)())
    for i in function(_, i) return slow((i or 0) < 2 and (i or 0) + 1 or nil) end do print(i) end
    print(pcall(ngx.sleep, 1))
    return ngx.sleep(1)
  `);
  expect(lines).toEqual([
    "key 2 sum text false",
    "true",
    "true false boom",
    "coroutine",
    "1",
    "2",
    "true",
  ]);
});

test("ngx.sleep without an end waits for the end of its invocation", () => {
  const program = createProgram();
  const limited = program.start("ngx.sleep(math.huge)", { cpuMs: 1000, timeoutMs: 30_000 });
  program.clock.advance(30_000);
  expect(limited.outcome()).toMatchObject(["failed", { reason: "time" }]);
  expect(program.clock.pending.all).toBe(0);
});

test("ngx.sleep checks its argument", () => {
  const lines = run(`
    local function fail(...)
      local count, values = select("#", ...), {...}
      print(select(2, pcall(function() local x = ngx.sleep(unpack(values, 1, count)) end)))
    end
    fail()
    fail(1, 2)
    fail("x")
    fail(-1)
    fail(0 / 0)
    print(select(2, pcall(function() local x = ngx.sleep(nil) end)))
    print(select(2, pcall(table.sort, {1, 2}, function() ngx.sleep(1) end)))
  `);
  const at = (line: number, text: string) => `program:${String(line)}: ${text}`;
  expect(lines).toEqual([
    at(4, "attempt to pass 0 arguments, but accepted 1"),
    at(4, "attempt to pass 2 arguments, but accepted 1"),
    at(4, "bad argument #1 to 'sleep' (number expected, got string)"),
    at(4, 'invalid sleep duration "-1000"'),
    at(4, 'invalid sleep duration "nan"'),
    at(11, "bad argument #1 to 'sleep' (number expected, got nil)"),
    "attempt to yield across C-call boundary",
  ]);
});
