import { errorOf } from "../core/error.testkit.ts";
import { LuaError } from "../core/error.ts";
import type { LuaState } from "../core/state.ts";
import { list, record } from "../core/table.testkit.ts";
import { LuaTable } from "../core/table.ts";
import type { LuaFunction, LuaValue } from "../core/value.ts";
import { functionsOf, replyTo } from "../functions/index.ts";
import { createTestState } from "../functions/state.testkit.ts";
import { openFlow } from "./flow.ts";

/** A state with these functions, and `flow.call` in it. */
function project(modules: Readonly<Record<string, LuaValue>>): [LuaState, LuaFunction] {
  const state = createTestState(modules);
  return [state, openFlow(state).getString("call") as LuaFunction];
}

test("arguments and results are copies", () => {
  let received: LuaValue;
  const result = list("result");
  const [state, call] = project({
    f: (args) => {
      received = args;
      return result;
    },
  });
  const data = record({ list: list("mine") });
  const [returned] = state.call(call, "f", data);
  expect(received).toEqual(data);
  expect(received).not.toBe(data);
  expect(returned).toEqual(result);
  expect(returned).not.toBe(result);
});

test("a callee's failure is its reply, as text", () => {
  const [state, call] = project({
    refuses: () => [undefined, "bad input"],
    fails: () => {
      throw new LuaError("boom");
    },
  });
  const fail = (name: string) => errorOf(() => state.call(call, name));
  expect(fail("refuses")).toBe('{"error":"bad input"}\n');
  expect(fail("fails")).toBe('{"error":"boom"}\n');
  expect(fail("missing")).toMatch(/^\{"error":"module 'missing' not found:/);
  functionsOf(state).mode = "production";
  expect(fail("refuses")).toBe('{"error":"bad input"}\n');
  expect(fail("fails")).toBe('{"error":"We\'re sorry, something went wrong"}\n');
  expect(fail("missing")).toBe('{"error":"not found"}\n');
});

test.each([
  ["call", (callee: LuaFunction) => callee("f")],
  ["all", (callee: LuaFunction) => callee(list(list("f")))],
])("endless calls of flow.%s end with an error of a bounded size", async (name, callAgain) => {
  let depth = 0;
  const [state] = project({
    f: () => {
      depth++;
      return callAgain(called);
    },
  });
  const called = openFlow(state).getString(name) as LuaFunction;
  const outcome = await functionsOf(state).call("f", new LuaTable());
  expect(depth).toBe(50);
  const { status, body } = replyTo("f", outcome, { state, mode: "development", isOutermost: true });
  expect(status).toBe(500);
  expect(body.length).toBeLessThan(300_000);
});
