/**
 * Builtins that call Lua functions, left in the middle of their work: what LuaJIT can't show. That they
 * go on as if nothing had been is what the cases in fixtures/pauses show.
 */
import { LuaError } from "../core/error.ts";
import { createProgram, outputOf } from "./program.testkit.ts";

const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");

describe("a function that suspends is called without a Lua function in between", () => {
  test.each([
    ["gsub", "return ('ab'):gsub('%w', coroutine.yield)", ["a", "b", "aend\t2"]],
    ["foreach", "return table.foreach({7, 8}, coroutine.yield)", ["1\t7", "2\t8", "end"]],
  ])("%s", (_name, body, expected) => {
    const output = outputOf(`
      local co = coroutine.wrap(function() ${body} end)
      print(co())
      print(co(nil))
      print(co("end"))
    `);
    expect(output).toBe(lines(...expected));
  });

  test("a metamethod", () => {
    const output = outputOf(`
      local value = setmetatable({}, {__tostring = coroutine.yield, __index = coroutine.yield})
      local co = coroutine.wrap(function()
        print(value, string.format("%s/%s", value, value), tostring(value))
        return string.gsub("key", "%w+", value)
      end)
      assert(co() == value)
      assert(co("a") == value)
      assert(co("b") == value)
      assert(co("c") == value)
      local object, key = co("d")
      assert(object == value and key == "key")
      print(co("found"))
    `);
    expect(output).toBe(lines("d\ta/b\tc", "found\t1"));
  });

  test("a reader", () => {
    const output = outputOf(`
      local co = coroutine.wrap(function() return load(coroutine.yield)(20) end)
      co()
      co("return ")
      co("... + ")
      co(22)
      print(co(nil))
    `);
    expect(output).toBe("42\n");
  });

  test("a loader, a searcher and an option of module", () => {
    const output = outputOf(`
      package.preload.a = coroutine.yield
      local co = coroutine.wrap(function() return require("a") end)
      print(co())
      print(co("value"), package.loaded.a)

      package.loaders = {coroutine.yield}
      co = coroutine.wrap(function() return require("b") end)
      print(co())
      print(co(function(name) return "loaded " .. name end))

      co = coroutine.wrap(function()
        module("c", coroutine.yield)
        return _NAME
      end)
      print(co() == package.loaded.c)
      print(co())
    `);
    expect(output).toBe(lines("a", "value\tvalue", "b", "loaded b", "true", "c"));
  });
});

test("coroutines in the same gsub, with the same pattern and function, take turns", () => {
  const output = outputOf(`
    local function expand(text)
      return (text:gsub("(%w)(%d?)", function(letter, digit)
        return coroutine.yield(letter .. digit) .. digit
      end))
    end
    local one, two = coroutine.create(expand), coroutine.create(expand)
    print(coroutine.resume(one, "a1-b-"))
    print(coroutine.resume(two, "xyz"))
    print(coroutine.resume(one, "A"))
    print(coroutine.resume(two, "X"))
    print(coroutine.resume(two, "Y"))
    print(coroutine.resume(one, "B"))
    print(coroutine.resume(two, "Z"))
  `);
  expect(output).toBe(
    lines("true\ta1", "true\tx", "true\tb", "true\ty", "true\tz", "true\tA1-B-", "true\tXYZ"),
  );
});

test("tasks in the same print, format and foreach take turns", async () => {
  const { start, wake, output } = createProgram();
  const source = `
    local name = ...
    local slow = setmetatable({}, {__tostring = function() return wait(name) end})
    print(name, slow, slow)
    print(string.format("%s: %s and %s", name, slow, slow))
    table.foreach({1, 2}, function(key) print(name, key, wait(name)) end)
  `;
  const runs = [start(source, "a"), start(source, "b")];
  for (let turn = 1; turn <= 6; turn++) {
    await wake("a", turn);
    await wake("b", -turn);
  }
  expect(output()).toBe(
    lines(
      "a\t1\t2",
      "b\t-1\t-2",
      "a: 3 and 4",
      "b: -3 and -4",
      "a\t1\t5",
      "b\t1\t-5",
      "a\t2\t6",
      "b\t2\t-6",
    ),
  );
  expect(runs.map(({ outcome }) => outcome())).toEqual([["ended"], ["ended"]]);
});

test("what a builtin waited for may fail", async () => {
  const { start, fail, output } = createProgram();
  const { outcome } = start(`
    print(pcall(string.gsub, "a", "a", function() local text = wait("gsub") return text end))
    print(pcall(table.foreach, {"foreach"}, function(_, name) return wait(name) end))
    print(load(function() local text = wait("load") return text end))
    print(pcall(tostring, setmetatable({}, {__tostring = function() return wait("tostring") end})))
  `);
  await fail("gsub", new Error("lost"));
  await fail("foreach", new LuaError("as it is"));
  await fail("load", new Error("no source"));
  await fail("tostring", new LuaError("no text"));
  expect(outcome()).toEqual(["ended"]);
  expect(output()).toBe(
    lines(
      "false\tprogram:2: lost",
      "false\tas it is",
      "nil\tprogram:4: no source",
      "false\tno text",
    ),
  );
});

test("the handler of an xpcall is in force again after a pcall that waited in it", async () => {
  const { start, wake, output } = createProgram();
  const { outcome } = start(`
    local function handle(message) return "handled " .. message end
    print(xpcall(function()
      print(pcall(function() wait("once") error("inner", 0) end))
      print(pcall(error, "between", 0))
      wait("twice")
      error("outer", 0)
    end, handle))
    print(pcall(error, "after", 0))
  `);
  await wake("once");
  await wake("twice");
  expect(outcome()).toEqual(["ended"]);
  expect(output()).toBe(
    lines("false\tinner", "false\tbetween", "false\thandled outer", "false\tafter"),
  );
});

test("tracebacks of a coroutine show the builtins in which it waits", () => {
  const output = outputOf(`
    local function inner() coroutine.yield() end
    local calls = {
      function() local text = ("a"):gsub("a", inner) return text end,
      function() local text = ("%s"):format(setmetatable({}, {__tostring = inner})) return text end,
      function() print(setmetatable({}, {__tostring = inner})) end,
      function() local text = tostring(setmetatable({}, {__tostring = inner})) return text end,
      function() table.foreach({1}, inner) end,
      function() table.foreachi({1}, inner) end,
      function() local chunk = load(inner) return chunk end,
      function() local chunk = loadstring(inner) return chunk end,
      function() package.preload.x = inner; local value = require("x") return value end,
      function() module("m", inner) end,
      function() local isFine = pcall(inner) return isFine end,
      function() local isFine = xpcall(inner, print) return isFine end,
    }
    for _, call in ipairs(calls) do
      local co = coroutine.create(call)
      coroutine.resume(co)
      print((debug.traceback(co):gsub("[^\\n]*\\n%s*", "", 2):gsub("\\n%s*", ", ")))
    end
  `);
  const expected = [
    ["inner", "gsub"],
    ["inner", "format"],
    ["inner", "print"],
    ["tostring"],
    ["inner", "foreach"],
    ["inner", "foreachi"],
    ["inner", "load"],
    ["inner", "loadstring"],
    ["inner", "require"],
    ["inner", "module"],
    ["inner", "pcall"],
    ["inner", "xpcall"],
  ].map(([called, builtin], index) => {
    const line = String(index + 4);
    const own =
      builtin === undefined ? `in function '${String(called)}'` : "in function <program:2>";
    const middle = builtin === undefined ? "" : `[C]: in function '${builtin}', `;
    return `program:2: ${own}, ${middle}program:${line}: in function <program:${line}>`;
  });
  expect(output).toBe(lines(...expected));
});

describe("in openresty", () => {
  test("__pairs and __ipairs take the place of the builtin", () => {
    const output = outputOf(
      `
      local object = setmetatable({}, {
        __pairs = function(self) return coroutine.yield("pairs"), self, nil, "more" end,
        __ipairs = function(self) return coroutine.yield("ipairs"), self, 0 end,
      })
      local function step(_, key) if (key or 0) < 2 then return (key or 0) + 1, "value" end end
      local co = coroutine.wrap(function()
        for key, value in pairs(object) do print(key, value) end
        for key, value in ipairs(object) do print(key, value) end
        return select("#", pairs(object))
      end)
      print(co())
      print(co(step))
      print(co(step))
      print(co(step))
    `,
      { dialect: "openresty" },
    );
    expect(output).toBe(
      lines("pairs", "1\tvalue", "2\tvalue", "ipairs", "1\tvalue", "2\tvalue", "pairs", "4"),
    );
  });
});

describe("can't be left", () => {
  test.each([
    ["an order function", "table.sort({3, 1, 2}, coroutine.yield)"],
    ["the metamethod of an order", "table.sort({v, v, v})"],
    ["a handler of xpcall", "error(select(2, xpcall(error, coroutine.yield)), 0)"],
    ["a field of os.time", "os.time(v)"],
    ["__len in cjson", "require('cjson').encode(setmetatable({}, {__len = coroutine.yield}))"],
    ["__index in cjson", "require('cjson').encode(v)"],
  ])("%s", (_name, program) => {
    const output = outputOf(`
      local yield = function() coroutine.yield() end
      local v = setmetatable({}, {__lt = yield, __index = yield, __len = function() return 1 end})
      local co = coroutine.create(function() ${program} end)
      print(select(2, coroutine.resume(co)))
      print(coroutine.status(co))
    `);
    const isHandler = program.includes("xpcall");
    expect(output).toMatch(
      isHandler ? /^error in error handling\ndead\n$/ : /C-call boundary\ndead\n$/,
    );
  });
});
