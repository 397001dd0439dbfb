import { current } from "../core/current.ts";
import { LuaError } from "../core/error.ts";
import type { LuaState } from "../core/state.ts";
import { LuaTable } from "../core/table.ts";
import type { LuaFunction, LuaValue } from "../core/value.ts";
import { JSON_NULL } from "../json/index.ts";
import { argsFrom, functionsOf, replyTo, type Mode } from "./index.ts";
import { list, record } from "../core/table.testkit.ts";
import { createTestState, setLoaders } from "./state.testkit.ts";

/** The reply to a call of a function "f". */
async function replyOf(f: LuaValue, { mode = "development", isOutermost = true } = {}) {
  const state = createTestState({ f });
  const outcome = await functionsOf(state).call("f", new LuaTable());
  const { status, body } = replyTo("f", outcome, { state, mode: mode as Mode, isOutermost });
  return [status, body] as const;
}

function throwing(value: LuaValue): LuaFunction {
  return () => {
    throw new LuaError(value);
  };
}

const SORRY = '{"error":"We\'re sorry, something went wrong"}\n';

describe("replies", () => {
  test.each<[LuaFunction, number, string]>([
    [() => "text", 200, '{"data":"text"}\n'],
    [() => new LuaTable(), 200, '{"data":{}}\n'],
    [() => list(1, 2.5), 200, '{"data":[1,2.5]}\n'],
    [() => false, 200, '{"data":false}\n'],
    [() => JSON_NULL, 200, '{"data":null}\n'],
    [() => 1 / 3, 200, '{"data":0.33333333333333}\n'],
    [() => "a/b", 200, '{"data":"a/b"}\n'],
    [() => undefined, 200, "{}\n"],
    [() => [], 200, "{}\n"],
    [() => [1, false], 200, '{"data":1}\n'],
    [() => [1, undefined], 200, '{"data":1}\n'],
    [() => [undefined, false], 200, "{}\n"],
    [() => [undefined, "bad"], 400, '{"error":"bad"}\n'],
    [() => [1, "bad"], 400, '{"error":"bad"}\n'],
    [() => [undefined, true], 400, '{"error":true}\n'],
    [() => [undefined, record({ field: "name" })], 400, '{"error":{"field":"name"}}\n'],
  ])("case %#", async (f, status, body) => {
    expect(await replyOf(f)).toEqual([status, body]);
    expect(await replyOf(f, { mode: "production" })).toEqual([status, body]);
  });

  test.each<[LuaValue, string]>([
    ["boom", '{"error":"boom"}\n'],
    [undefined, '{"error":"nil"}\n'],
    [42, '{"error":42}\n'],
    [false, '{"error":false}\n'],
    [record({ code: 7 }), '{"error":{"code":7}}\n'],
  ])("an error with the value %p", async (value, body) => {
    expect(await replyOf(throwing(value))).toEqual([500, body]);
    expect(await replyOf(throwing(value), { mode: "production" })).toEqual([500, SORRY]);
  });

  test("an error value that JSON does not have", async () => {
    const [status, body] = await replyOf(throwing(record({ f: () => undefined })));
    expect(status).toBe(500);
    expect(body).toMatch(/^\{"error":"\(error object is a table: 0x[0-9a-f]+\)"\}\n$/);
  });

  test("a module that can't be called", async () => {
    expect(await replyOf(new LuaTable())).toEqual([
      500,
      '{"error":"attempt to call a table value"}\n',
    ]);
    expect(await replyOf(true)).toEqual([500, '{"error":"attempt to call a boolean value"}\n']);
    expect(await replyOf(new LuaTable(), { mode: "production" })).toEqual([500, SORRY]);
  });

  test("a module that can be called without being a function", async () => {
    const callable = new LuaTable();
    callable.metatable = record({ __call: (_self, args) => argsFrom(args) });
    expect(await replyOf(callable)).toEqual([200, '{"data":{}}\n']);
  });

  test.each<[LuaFunction, string]>([
    [
      () => () => undefined,
      "the result of 'f' can't be encoded as JSON: Cannot serialise function",
    ],
    [() => NaN, "the result of 'f' can't be encoded as JSON: Cannot serialise number"],
    [() => [undefined, () => 1], "the error returned by 'f' can't be encoded as JSON: Cannot"],
  ])("a value that can't be encoded (%#)", async (f, text) => {
    const [status, body] = await replyOf(f);
    expect(status).toBe(500);
    expect(body).toContain(`{"error":"${text}`);
    expect(await replyOf(f, { mode: "production" })).toEqual([500, SORRY]);
  });

  test("an error that a metamethod raises during encoding", async () => {
    const value = new LuaTable();
    value.metatable = record({ __len: throwing("no length") });
    expect((await replyOf(() => value))[1]).toContain("can't be encoded as JSON: no length");
  });

  test("a long error text is cut", async () => {
    const [, body] = await replyOf(throwing("\xc3\xa9".repeat(100_000)));
    const { error } = JSON.parse(body) as { error: string };
    expect(error.length).toBeLessThan(70_000);
    expect(error).toMatch(/^(\xc3\xa9)+\.\.\.$/);
  });
});

describe("a missing module", () => {
  test("is told in development only", async () => {
    const state = createTestState({});
    const outcome = await functionsOf(state).call("no/such", new LuaTable());
    const reply = (mode: Mode) => replyTo("no/such", outcome, { state, mode, isOutermost: true });
    expect(reply("development").status).toBe(404);
    expect(reply("development").body).toMatch(/^\{"error":"module 'no\/such' not found:\\n/);
    expect(reply("production")).toMatchObject({ status: 404, body: '{"error":"not found"}\n' });
  });
});

test("a module that failed to load is loaded again by the next call", async () => {
  const state = createTestState({});
  const requireModule = state.globals.getString("require");
  let isBroken = true;
  // "f" needs "g", which is broken; "early" was waiting for a module before.
  const loaders: Record<string, LuaFunction> = {
    f: () => state.call(requireModule, "g")[0],
    g: () => {
      if (isBroken) throw new LuaError("g is broken");
      return () => "works";
    },
    early: () => {
      const kinds = ["f", "early"].map((name) => kindNow(state, name));
      return () => kinds.join(" ");
    },
  };
  setLoaders(state, (name) => loaders[name as string] ?? "");
  const call = async (name: string) => {
    const outcome = await functionsOf(state).call(name, new LuaTable());
    return outcome.kind === "failed" ? [outcome.stage, outcome.error.value] : outcome;
  };
  expect(await call("f")).toEqual(["load", "g is broken"]);
  expect(await call("f")).toEqual(["load", "g is broken"]);
  // A module that is being loaded is still being loaded after another one failed.
  expect(await call("early")).toEqual({ kind: "value", value: "failed failed" });
  isBroken = false;
  expect(await call("f")).toEqual({ kind: "value", value: "works" });
});

/** How a call that does not wait ends; it is made by the running code. */
function kindNow(state: LuaState, name: string): string {
  let kind = "waits";
  const invocation = functionsOf(state).newInvocation(current.invocation);
  functionsOf(state).begin(
    { name, args: new LuaTable(), invocation },
    {
      ended: (outcome) => {
        ({ kind } = outcome);
      },
      failed: (bug) => {
        throw bug;
      },
    },
  );
  return kind;
}

test("the functions of a state are one object", () => {
  const state = createTestState({});
  expect(functionsOf(state)).toBe(functionsOf(state));
  expect(functionsOf(createTestState({}))).not.toBe(functionsOf(state));
});

test("scalars have no names and give no arguments", () => {
  for (const value of [5, "text", true, JSON_NULL, undefined]) {
    expect(argsFrom(value)).toEqual(new LuaTable());
  }
  const items = list(1);
  expect(argsFrom(items)).toBe(items);
});
