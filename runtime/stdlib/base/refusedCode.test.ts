/** On a host that runs a program, but makes no code of texts any more (core/refusedCode.ts). */
import { openLuaState } from "../../../cli/luaState.ts";
import { startTask } from "../../core/task.testkit.ts";
import type { Host, HostFile } from "../../host.ts";

/** What a program prints; after its call of `refuse` the host makes no more code. */
function linesOf(source: string): string[] {
  let written = "";
  let isRefusing = false;
  const write = (bytes: string): undefined => {
    written += bytes;
    return undefined;
  };
  const adapt = (host: Host): Host => ({
    ...host,
    instantiate: (code, name) => {
      if (isRefusing) throw new EvalError("Code generation from strings disallowed");
      return host.instantiate(code, name);
    },
    files: {
      ...host.files,
      stdout: { write, flush: () => undefined } as unknown as HostFile,
      exists: (path) => path === "./module.lua",
      read: () => "return 1",
    },
  });
  const context = { cwd: __dirname, standardFiles: undefined };
  const state = openLuaState({ dialect: "luajit", context, adapt });
  state.globals.setString("refuse", () => {
    isRefusing = true;
    return [];
  });
  expect(startTask(state, source, {}).outcome()).toEqual(["ended"]);
  return written.trimEnd().split("\n");
}

const REASON = "this host does not let programs compile any code";
const CANNOT_LOAD = `code can't be loaded here: ${REASON}`;

test.each([
  ["load('local a = 1')", "nil"],
  ["load(function() end)", "nil"],
  ["loadstring('local a = 1')", "nil"],
  ["load(dumped)", "nil"],
  ["loadfile('x.lua')", "nil"],
  ["pcall(dofile, 'x.lua')", "false"],
])("%s fails with one message", (call, status) => {
  const source = `local dumped = string.dump(function() end) refuse() print(${call})`;
  expect(linesOf(source)).toEqual([`${status}\t${CANNOT_LOAD}`]);
});

test("so does require", () => {
  expect(linesOf("refuse() print(pcall(require, 'module'))")).toEqual([
    "false\terror loading module 'module' from file './module.lua':",
    `\t${CANNOT_LOAD}`,
  ]);
});

test("text that was loaded before is there", () => {
  const source =
    "load('local a = 1 return a', 'x') refuse() print(load('local a = 1 return a', 'x')())";
  expect(linesOf(source)).toEqual(["1"]);
});

test("what can be told without code is, however often; what can't is not", () => {
  const source = `refuse() local sum = load("return x + 1") local last
    x = 1
    for _ = 1, 300 do last = sum() end
    print(last)
    x = "a" print(pcall(sum))
    x = 3 print(pcall(sum))`;
  expect(linesOf(source)).toEqual(["2", `false	${CANNOT_LOAD}`, `false	${CANNOT_LOAD}`]);
});

test("functions that would suspend raise an error there, and the program goes on", () => {
  const source = `refuse()
    local function wait(value)
      local result = coroutine.yield(value)
      return result
    end
    local thread = coroutine.create(function() local a = wait(1) return a end)
    print(coroutine.resume(thread))
    print(coroutine.status(thread))
    local function caught()
      local inner = coroutine.wrap(function() local _, message = pcall(wait) return message end)
      return (inner())
    end
    print(coroutine.wrap(caught)())`;
  const message = `:3: functions can't yield or wait here: ${REASON}`;
  const [first, ...rest] = linesOf(source);
  expect(first).toMatch(/^false\t/);
  expect(first).toContain(message);
  expect(rest[0]).toBe("dead");
  expect(rest[1]).toContain(message);
});

test("errors are raised and caught as ever, with their positions", () => {
  const source = `refuse()
    local function fail() error("oh") end
    local function outer() fail() return 1 end
    print(pcall(outer))
    print(pcall(function() local a = assert(nil, "no") return a end))
    print(pcall(outer))`;
  const lines = linesOf(source).map((line) => line.replace(/\[string .*?\]|[^\t:]*(?=:\d)/, "x"));
  expect(lines).toEqual(["false\tx:2: oh", "false\tx:5: no", "false\tx:2: oh"]);
});
