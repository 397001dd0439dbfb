import { createProgram, run } from "./program.testkit.ts";

describe("ngx.thread.spawn", () => {
  test("runs a thread until it first waits, then beside its parent", () => {
    const lines = run(`
      local function f(a, b)
        print("f", a, b)
        ngx.sleep(1)
        print("f goes on")
      end
      local t = ngx.thread.spawn(f, "a", nil)
      print(type(t), coroutine.status(t))
      ngx.sleep(2)
      print("main goes on")
    `);
    expect(lines).toEqual(["f a nil", "thread running", "f goes on", "main goes on"]);
  });

  test("coroutine.yield lets others run; its arguments are dropped", () => {
    const lines = run(`
      local yield, spawn = coroutine.yield, ngx.thread.spawn
      local function f(name)
        local self = coroutine.running()
        for i = 1, 3 do
          print(name, i)
          print(select("#", yield(self)))
        end
      end
      spawn(f, "a")
      spawn(f, "b")
      print("main")
    `);
    const round = (i: number) => [`a ${String(i)}`, `b ${String(i)}`];
    const pairs = [2, 3].flatMap((i) => ["0", `a ${String(i)}`, "0", `b ${String(i)}`]);
    expect(lines).toEqual([...round(1), "main", ...pairs, "0", "0"]);
  });

  test("a thread is a coroutine that only the host resumes", () => {
    const lines = run(`
      local t
      t = ngx.thread.spawn(function()
        coroutine.yield()
        print(coroutine.running() == t, coroutine.status(t), coroutine.isyieldable())
        ngx.sleep(0)
      end)
      print(coroutine.resume(t))
      ngx.sleep(1)
      print(coroutine.status(t), coroutine.resume(t))
      print(ngx.thread.wait(t))
      print(coroutine.status(t), coroutine.resume(t))
      print(debug.traceback(t))
    `);
    expect(lines).toEqual([
      "false cannot resume running coroutine",
      "true running true",
      "zombie false cannot resume dead coroutine",
      "true",
      "dead false cannot resume dead coroutine",
      "stack traceback:",
    ]);
  });

  test("debug.traceback shows where a thread waits", () => {
    const lines = run(`
      local function f()
        ngx.sleep(1)
        return 1
      end
      local t = ngx.thread.spawn(function()
        coroutine.wrap(function()
          local one = f()
        end)()
      end)
      print(debug.traceback(t, "waits"))
    `);
    expect(lines[0]).toMatch(/^waits\nstack traceback:\n.*function <program:6>$/s);
  });

  test("coroutines in a thread work as ever, and may wait", () => {
    const lines = run(`
      local t = ngx.thread.spawn(function()
        local numbers = coroutine.wrap(function()
          for i = 1, 3 do
            ngx.sleep(i)
            coroutine.yield(i)
          end
        end)
        print(numbers(), numbers(), numbers())
        coroutine.yield()
        return "done"
      end)
      print(ngx.thread.wait(t))
    `);
    expect(lines).toEqual(["1 2 3", "true done"]);
  });

  test("checks its arguments", () => {
    const lines = run(`
      print(select(2, pcall(ngx.thread.spawn)))
      print(select(2, pcall(function() ngx.thread.spawn(5) end)))
    `);
    expect(lines).toEqual([
      "bad argument #1 to '?' (Lua function expected)",
      "program:3: bad argument #1 to 'spawn' (Lua function expected)",
    ]);
  });

  test("works where the code around it can't wait", () => {
    const lines = run(`
      local threads = {}
      local list = {3, 1, 2}
      table.sort(list, function(a, b)
        threads[#threads + 1] = ngx.thread.spawn(function() ngx.sleep(1) return a < b end)
        return a < b
      end)
      print(#threads > 0, ngx.thread.wait(unpack(threads)))
      local t = ngx.thread.spawn(function() ngx.sleep(1) end)
      print(pcall(table.sort, list, function() return ngx.thread.wait(t) end))
    `);
    expect(lines[0]).toMatch(/^true true (true|false)$/);
    expect(lines[1]).toMatch(/^false .*attempt to yield across C-call boundary$/);
  });

  test("threads that start one another without end are refused", () => {
    const program = createProgram();
    program.start(`
      local depth = 0
      local function f()
        depth = depth + 1
        ngx.thread.spawn(f)
      end
      f()
      print(depth)
    `);
    expect(program.lines).toEqual(["201"]);
    expect(program.errors()).toMatch(/^lua user thread aborted: .*program:5: C stack overflow\n/);
    expect(program.errors().match(/aborted/g)).toHaveLength(1);
  });

  test("a thread that fails for want of stack does not hold up its entry", () => {
    const program = createProgram();
    const { outcome } = program.start(`
      local spawned = 0
      local function f()
        spawned = spawned + select("#", ngx.thread.spawn(function() return 1 end))
        return 1 + f()
      end
      local _, message = pcall(f)
      return message:match("stack overflow"), spawned > 1000
    `);
    program.clock.runAll();
    expect(outcome()).toEqual(["ended", "stack overflow", true]);
  });
});

describe("ngx.thread.wait", () => {
  test("gives the outcome of the first that ends", () => {
    const lines = run(`
      local function f(seconds, ...) ngx.sleep(seconds) return ... end
      local spawn, wait = ngx.thread.spawn, ngx.thread.wait
      local a, b, c = spawn(f, 3, "a"), spawn(f, 1, "b", nil, nil), spawn(f, 2)
      print(wait(a, b, c))
      print(wait(a, b, c))
      print(wait(a, b, c))
      print(wait(a, b, c))
      print(coroutine.status(a), coroutine.status(b), coroutine.status(c))
    `);
    expect(lines).toEqual([
      "true b nil nil",
      "true",
      "true a",
      "nil already waited or killed",
      "dead dead dead",
    ]);
  });

  test("of those that ended before, the first that is named counts", () => {
    const lines = run(`
      local a = ngx.thread.spawn(function() return "a" end)
      local b = ngx.thread.spawn(function() return "b" end)
      print(ngx.thread.wait(b, a))
      print(coroutine.status(a), coroutine.status(b))
      print(ngx.thread.wait(b, a))
    `);
    expect(lines).toEqual(["true b", "zombie dead", "true a"]);
  });

  test("gives the error of a thread, which is not reported then", () => {
    const lines = run(`
      local t = ngx.thread.spawn(function() ngx.sleep(1) error({code = 7}) end)
      local ok, err = ngx.thread.wait(t)
      print(ok, err.code)
      local t = ngx.thread.spawn(function() ngx.sleep(1) error("boom") end)
      print(ngx.thread.wait(t))
    `);
    expect(lines).toEqual(["false 7", "false program:5: boom"]);
  });

  test("threads that end in the same moment each have their turn", () => {
    const lines = run(`
      local function f(name) ngx.sleep(1) return name end
      local a, b = ngx.thread.spawn(f, "a"), ngx.thread.spawn(f, "b")
      print(ngx.thread.wait(b, a))
      print(ngx.thread.wait(b, a))
    `);
    expect(lines).toEqual(["true a", "true b"]);
  });

  test("long chains of threads do not pile up on the stack", () => {
    const lines = run(`
      local spawn, wait = ngx.thread.spawn, ngx.thread.wait
      local function chain(n)
        coroutine.yield()
        if n == 0 then return 0 end
        local _, length = wait(spawn(chain, n - 1))
        return length + 1
      end
      print(wait(spawn(chain, 20000)))
    `);
    expect(lines).toEqual(["true 20000"]);
  });

  test("only the parent can wait, be it a coroutine or a thread", () => {
    const program = createProgram();
    const { outcome } = program.start(`
      local spawn, wait = ngx.thread.spawn, ngx.thread.wait
      local t = spawn(function() ngx.sleep(1) return "t" end)
      print(pcall(function() return (wait(spawn(function() wait(t) end))) end))
      local inner
      local co = coroutine.create(function()
        inner = spawn(function() ngx.sleep(1) return "inner" end)
        print(pcall(function() return (wait(t)) end))
        print(wait(inner))
      end)
      print(coroutine.resume(co))
      print(pcall(function() return (wait(inner)) end))
      print(wait(t))
    `);
    program.clock.runAll();
    expect(outcome()).toEqual(["ended"]);
    const refusal = "only the parent coroutine can wait on the thread";
    expect(program.errors()).toContain(`program:4: ${refusal}`);
    expect(program.lines).toEqual([
      "true false",
      `false program:8: ${refusal}`,
      "true inner",
      "true",
      `false program:12: ${refusal}`,
      "true t",
    ]);
  });

  test("checks its arguments", () => {
    const lines = run(`
      local function fail(...)
        local values = {...}
        print(select(2, pcall(function() return (ngx.thread.wait(unpack(values))) end)))
      end
      fail()
      fail(5)
      fail(coroutine.create(print))
      local t = ngx.thread.spawn(function() ngx.sleep(1) end)
      fail(t, {})
    `);
    expect(lines).toEqual([
      "program:4: at least one coroutine should be specified",
      "program:4: bad argument #1 to 'wait' (lua thread expected)",
      "program:4: attempt to wait on a coroutine that is not a user thread",
      "program:4: bad argument #2 to 'wait' (lua thread expected)",
    ]);
  });
});

describe("ngx.thread.kill", () => {
  test("ends a thread where it waits, but not its children", () => {
    const lines = run(`
      local t = ngx.thread.spawn(function()
        ngx.thread.spawn(function() ngx.sleep(1) print("child") end)
        pcall(ngx.sleep, 1000)
        print("wrong")
      end)
      print(ngx.thread.kill(t))
      print(coroutine.status(t), ngx.thread.kill(t))
      print(ngx.thread.wait(t))
    `);
    expect(lines).toEqual([
      "1",
      "dead nil already waited or killed",
      "nil already waited or killed",
      "child",
    ]);
  });

  test("the coroutines in it that wait are dead then", () => {
    const lines = run(`
      local outer, inner
      local t = ngx.thread.spawn(function()
        outer = coroutine.create(function()
          inner = coroutine.create(function() ngx.sleep(1) end)
          coroutine.resume(inner)
        end)
        coroutine.resume(outer)
      end)
      print(coroutine.status(outer), coroutine.status(inner))
      ngx.thread.kill(t)
      print(coroutine.status(outer), coroutine.status(inner))
      print(coroutine.resume(outer))
    `);
    expect(lines).toEqual(["normal running", "dead dead", "false cannot resume dead coroutine"]);
  });

  test("what a killed thread waited for is given up", () => {
    const program = createProgram();
    const { outcome } = program.start(`
      local sema = require("ngx.semaphore").new()
      local function kill(f) print(ngx.thread.kill(ngx.thread.spawn(f))) end
      kill(function() ngx.sleep(1000) end)
      kill(function() sema:wait(1000) end)
      kill(function() coroutine.yield() end)
      kill(function() ngx.thread.wait(ngx.thread.spawn(function() ngx.sleep(1) end)) end)
      print(sema:count())
    `);
    expect(program.clock.pending.all).toBe(1);
    program.clock.advance(1000);
    expect(program.clock.pending.all).toBe(0);
    expect(outcome()).toEqual(["ended"]);
    expect(program.lines).toEqual(["1", "1", "1", "1", "0"]);
  });

  test("says why it does not", () => {
    const lines = run(`
      local kill = ngx.thread.kill
      local ended = ngx.thread.spawn(function() end)
      print(kill(ended))
      print(kill(ended))
      print(kill(coroutine.create(print)))
      local t = ngx.thread.spawn(function() ngx.sleep(1) end)
      ngx.thread.spawn(function() print(kill(t)) end)
      print(pcall(function() return (kill(5)) end))
    `);
    expect(lines).toEqual([
      "nil already terminated",
      "nil already waited or killed",
      "nil not user thread",
      "nil killer not parent",
      "false program:9: bad argument #1 to 'kill' (lua thread expected)",
    ]);
  });

  test("a parent that its child resumes can kill it while it runs", () => {
    const lines = run(`
      local t
      local parent = coroutine.wrap(function()
        t = ngx.thread.spawn(function(resume)
          ngx.sleep(1)
          resume()
          print("to the next wait")
          ngx.sleep(1)
          print("wrong")
        end, function() PARENT() end)
        coroutine.yield()
        print(ngx.thread.kill(t))
      end)
      PARENT = parent
      parent()
    `);
    expect(lines).toEqual(["1", "to the next wait"]);
  });
});
