/** Functions in Lua that handle events. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openLuaState } from "../../cli/luaState.ts";
import { setSearchPath } from "../../cli/searchPath.ts";
import type { LuaState } from "../core/state.ts";
import { functionsOf } from "../functions/index.ts";
import {
  MemoryLog,
  provideLog,
  type Fence,
  type HandlerOutcome,
  type StoredEvent,
} from "../topics/index.ts";
import { callHandler, type EventCall } from "./callHandler.ts";
import { createHandle } from "./createHandle.ts";

let root: string;
let log: MemoryLog;
let state: LuaState;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "spacer-triggers-"));
  log = new MemoryLog([
    { name: "users", partitions: 1 },
    { name: "mails", partitions: 1 },
  ]);
  state = openState();
});

afterEach(async () => {
  await log.close();
  rmSync(root, { recursive: true });
});

function openState(): LuaState {
  const opened = openLuaState({
    dialect: "openresty",
    context: { cwd: root, standardFiles: undefined },
  });
  setSearchPath(opened, ["app/?.lua"]);
  provideLog(opened, () => Promise.resolve(log));
  return opened;
}

/** @param name Of a function: the file is below app/. */
function write(name: string, source: string): void {
  const file = join(root, "app", `${name}.lua`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, source);
}

const EVENT: StoredEvent = {
  topic: "users",
  partition: 0,
  offset: 7,
  key: "\u00fcser",
  value: '{"name":"Ann","tags":["a"]}',
  headers: { trace: "t1", producer: "add" },
  timestampMs: 1500,
};

function handle(
  source: string,
  event: Partial<StoredEvent> = {},
  options: Partial<EventCall> = {},
): Promise<HandlerOutcome> {
  write("f", source);
  return callHandler(state, {
    name: "f",
    event: { ...EVENT, ...event },
    attempt: 1,
    fence: undefined,
    isHeldBack: false,
    timeoutMs: undefined,
    ...options,
  });
}

const done = (result?: string) => ({ kind: "done", handled: { result, appends: [] } });

const failure = (error: unknown, traceback: unknown = expect.any(String)) => ({
  kind: "failed",
  error,
  traceback,
});

/** Nothing was raised. */
const refusal = (error: unknown) => ({ kind: "failed", error, traceback: undefined });

describe("what a function gets", () => {
  test("is the value, and the event around it", async () => {
    const source = `return function (value, event, ...)
      return {
        value.name, value.tags[1], select("#", ...), event.topic, event.partition, event.offset, event.key,
        event.timestamp, event.attempt, event.headers.trace, event.headers.producer, value == event.value,
      }
    end`;
    expect(await handle(source, {}, { attempt: 3 })).toEqual(
      done('["Ann","a",0,"users",0,7,"\u00fcser",1.5,3,"t1","add",true]'),
    );
  });

  test.each([
    ["null", "userdata true"],
    ["false", "boolean false"],
    ["0", "number false"],
    ['""', "string false"],
    ["[]", "table false"],
  ])("%s is a value as any other", async (value, expected) => {
    const source = `local cjson = require "cjson"
      return function (value, event)
        assert(rawequal(value, event.value))
        return type(value) .. " " .. tostring(value == cjson.null)
      end`;
    expect(await handle(source, { value })).toEqual(done(JSON.stringify(expected)));
  });

  test("that Lua can't have is a failure", async () => {
    const deep = "[".repeat(2000) + "]".repeat(2000);
    expect(await handle("return function () end", { value: deep })).toEqual(
      refusal(expect.stringMatching(/^the value can't be decoded: /)),
    );
  });
});

describe("what a function returns", () => {
  test.each([
    ["", undefined],
    ["nil", undefined],
    ["nil, false", undefined],
    ["{a = 1}", '{"a":1}'],
    ["false", "false"],
    ["'\\195\\188'", '"\u00fc"'],
    // JSON has no word for it.
    ["print", undefined],
  ])("return %s", async (results, result) => {
    expect(await handle(`return function () return ${results} end`)).toEqual(done(result));
  });

  test.each([
    ["'no such user'", "no such user"],
    ["{code = 7}", '{"code":7}'],
    ["true", "true"],
    ["42", "42"],
    ["print", /^builtin|^function/],
    ["'\\255'", "\u00ff"],
  ])("nil and %s refuse the event", async (error, expected) => {
    expect(await handle(`return function () return nil, ${error} end`)).toEqual(
      refusal(typeof expected === "string" ? expected : expect.stringMatching(expected)),
    );
  });
});

describe("errors", () => {
  test("are told with their place and a traceback in lines of Lua", async () => {
    const source = `local function fail(value)
        error("no " .. value.name)
      end
      return function (value)
        fail(value)
        return 1
      end`;
    expect(await handle(source)).toEqual(
      failure(
        "app/f.lua:2: no Ann",
        expect.stringMatching(
          /^stack traceback:\n\t\[C\]: in function 'error'\n\tapp\/f\.lua:2: in .*\n\tapp\/f\.lua:5: in function <app\/f\.lua:4>/,
        ),
      ),
    );
  });

  test.each([
    ["error({code = 7})", '{"code":7}'],
    ["error()", "nil"],
    ["error(42)", "app/f.lua:1: 42"],
    ["error(setmetatable({}, {__index = error}))", "{}"],
    ["error({print})", /^\(error object is a table: 0x[0-9a-f]+\)$/],
    ["local x = value.a.b", "app/f.lua:1: attempt to index field 'a' (a nil value)"],
  ])("%s", async (statement, error) => {
    const outcome = await handle(`return function (value) ${statement} end`);
    expect(outcome).toEqual(
      failure(typeof error === "string" ? error : expect.stringMatching(error)),
    );
  });

  test("come from functions that wait, too", async () => {
    const source = `local topics = require "topics"
      return function () topics.append("mails", {k = 1}) error("late") end`;
    expect(await handle(source)).toEqual(failure("app/f.lua:2: late"));
  });
});

describe("a function that can't be called", () => {
  const unavailable = (error: unknown) => ({ kind: "unavailable", error });

  test("is missing", async () => {
    expect(await handle("", {}, { name: "handlers/none" })).toEqual(
      unavailable(expect.stringMatching(/^module 'handlers\/none' not found:/)),
    );
  });

  test.each([
    ["return function (", /^error loading module 'f' from file 'app\/f.lua':\n\tapp\/f.lua:1: /],
    ["error('broken')", "app/f.lua:1: broken"],
    ["require 'nothing'", /module 'nothing' not found:/],
    ["return {}", "it returns a table, not a function"],
    ["local x = 1", "it returns a boolean, not a function"],
  ])("%j", async (source, error) => {
    const expected = unavailable(typeof error === "string" ? error : expect.stringMatching(error));
    expect(await handle(source)).toEqual(expected);
    // Not "previous error loading module".
    expect(await handle(source)).toEqual(expected);
  });

  test("is there when its file is", async () => {
    expect(await handle("", {}, { name: "handlers/later" })).toMatchObject({ kind: "unavailable" });
    write("handlers/later", "return function () return 1 end");
    expect(await handle("", {}, { name: "handlers/later" })).toEqual(done("1"));
  });

  test("but one that needs something missing while it runs has failed", async () => {
    expect(await handle("return function () require 'nothing' end")).toEqual(
      failure(
        expect.stringMatching(/^app\/f.lua:1: module 'nothing' not found:|^module 'nothing'/),
      ),
    );
  });

  test("a table that can be called is a function", async () => {
    const source = "return setmetatable({}, {__call = function (_, value) return value.name end})";
    expect(await handle(source)).toEqual(done('"Ann"'));
  });
});

describe("limits", () => {
  test("one that waits too long has failed", async () => {
    const source = "return function () ngx.sleep(60) end";
    expect(await handle(source, {}, { timeoutMs: 20 })).toEqual(
      failure(expect.stringMatching(/the timeout of 20 ms is over$/)),
    );
  });

  test("so has one that computes too long", async () => {
    const source = "return function () while true do end end";
    expect(await handle(source, {}, { timeoutMs: 20 })).toEqual(
      failure(expect.stringMatching(/the timeout of 20 ms is over$/)),
    );
    functionsOf(state).limits = { cpuMs: 20, timeoutMs: 60_000 };
    expect(await handle(source)).toEqual(
      failure(expect.stringMatching(/the CPU budget of 20 ms is used up$/)),
    );
  });

  test("those of all functions hold unless it has a time of its own", async () => {
    functionsOf(state).limits = { cpuMs: 1000, timeoutMs: 20 };
    const source = "return function () ngx.sleep(0.05) return 1 end";
    expect(await handle(source)).toEqual(failure(expect.stringMatching(/timeout of 20 ms/)));
    expect(await handle(source, {}, { timeoutMs: 60_000 })).toEqual(done("1"));
  });
});

describe("what a function appends", () => {
  const source = `local topics = require "topics"
    return function (value)
      topics.append("mails", {{key = "k", value = value.name}, {key = "k", value = 2}})
      topics.append("mails", {l = true}, {headers = {more = "h"}})
      return "sent"
    end`;
  const appends = [
    {
      topic: "mails",
      events: [
        { key: "k", value: '"Ann"' },
        { key: "k", value: "2" },
      ],
    },
    { topic: "mails", events: [{ key: "l", value: "true" }] },
  ];
  const isDone = { kind: "done", handled: { result: '"sent"', appends } };

  const stored = async () =>
    (await log.read("mails", { limit: 100 })).map(({ key, value, headers }) => [
      key,
      value,
      headers,
    ]);

  /** Of a member that has the partition of "users". */
  async function fenceOf(): Promise<Fence | undefined> {
    return new Promise((resolve) => {
      void log.groups.join({
        group: "g",
        topics: new Map([["users", "latest"]]),
        member: "m",
        onLease: ({ fence }) => resolve(fence),
        onRevoke: () => Promise.resolve(),
        onLost: () => undefined,
        onProblem: () => undefined,
      });
    });
  }

  test("carries the trace of the event and the name of the function, and is told", async () => {
    expect(await handle(source)).toEqual(isDone);
    const span: unknown = expect.stringMatching(/^[0-9a-f]{16}$/);
    const headers = { trace: "t1", span, producer: "f" };
    expect(await stored()).toEqual([
      ["k", '"Ann"', headers],
      ["k", "2", headers],
      ["l", "true", { ...headers, more: "h" }],
    ]);
  });

  test("has a trace of its own when the event has none", async () => {
    await handle(source, { headers: {} });
    const traces = (await stored()).map((entry) => (entry[2] as Record<string, string>)["trace"]);
    expect(traces[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(traces).size).toBe(1);
    await handle(source, { headers: {} });
    expect((await stored()).at(-1)?.[2]).not.toMatchObject({ trace: traces[0] });
  });

  test("is only told when it is held back", async () => {
    expect(await handle(source, {}, { isHeldBack: true })).toEqual(isDone);
    expect(await stored()).toEqual([]);
    const unknown = `return function () require("topics").append("nothing", {k = 1}) end`;
    expect(await handle(unknown, {}, { name: "g", isHeldBack: true })).toMatchObject({
      kind: "unavailable",
    });
    write("g", unknown);
    expect(await handle("", {}, { name: "g", isHeldBack: true })).toEqual(
      failure(expect.stringContaining("there is no topic 'nothing'")),
    );
  });

  test("in functions that it calls, too", async () => {
    write("inner", source);
    write("middle", `return function (args) return require("flow").call("inner", args) end`);
    const outer = `return function (value) return require("flow").call("middle", value) end`;
    expect(await handle(outer)).toEqual(isDone);
    const span: unknown = expect.stringMatching(/^[0-9a-f]{16}$/);
    expect((await stored())[0]).toEqual(["k", '"Ann"', { trace: "t1", span, producer: "inner" }]);
    await handle(outer, {}, { isHeldBack: true });
    expect(await stored()).toHaveLength(3);
  });

  test("is refused when the partition is somebody else's", async () => {
    const fence = (await fenceOf()) as Fence;
    const outer = `return function (value)
      local reply = require("flow").call("inner", value)
      return reply
    end`;
    write("inner", source);
    expect(await handle(outer, {}, { fence })).toEqual(isDone);
    const stale = { ...fence, epoch: fence.epoch - 1 };
    expect(await handle(outer, {}, { fence: stale })).toEqual(
      failure(expect.stringContaining("another process has taken over this partition")),
    );
    expect(await stored()).toHaveLength(3);
  });

  test("before an error is stored, and not told", async () => {
    const failing = source.replace('return "sent"', 'error("late")');
    expect(await handle(failing)).toEqual(failure(expect.stringMatching(/late$/)));
    expect(await stored()).toHaveLength(3);
  });
});

test("the newest state is called, with all there is to know", async () => {
  write("f", "return function (value, event) return {event.attempt, value.name} end");
  const [handler] = [
    { run: "f", attempts: 5, backoff: { firstMs: 1, factor: 1, maxMs: 1 }, timeoutMs: undefined },
  ];
  const handleEvent = createHandle(() => state);
  const call = { handler, event: EVENT, attempt: 4, fence: undefined };
  expect(await handleEvent(call)).toEqual(done('[4,"Ann"]'));
  write("f", "return function () return 'new' end");
  expect(await handleEvent(call)).toEqual(done('[4,"Ann"]'));
  state = openState();
  expect(await handleEvent(call)).toEqual(done('"new"'));
});
