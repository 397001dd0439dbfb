/** A state for the unit tests of the string library, without a compiler or any host. */
import { settleAll } from "../../core/call.ts";
import { LuaError } from "../../core/error.ts";
import { isRaising, takeError } from "../../core/raising.ts";
import { LuaState, type DialectName } from "../../core/state.ts";
import { plainText } from "../../core/toText.ts";
import type { LuaFunction, LuaValue } from "../../core/value.ts";
import type { Host } from "../../host.ts";
import { stringLibrary } from "./index.ts";

/** Calls functions in a state of its own. */
export interface TestState {
  /** All results of a function of the library, or of any other; the message when it raises. */
  call(
    callee: string | LuaFunction,
    ...values: LuaValue[]
  ): readonly LuaValue[] | { error: LuaValue };
  /** The first result. */
  first(callee: string | LuaFunction, ...values: LuaValue[]): LuaValue;
}

/** @param preempter Is called at checkpoints while the alarm is raised. */
export function createTestState(
  dialect: DialectName = "luajit",
  preempter?: () => boolean,
): TestState {
  const state = new LuaState({ host: {} as Host, dialect, helpers: {}, preempter });
  const call: TestState["call"] = (callee, ...values) =>
    state.enter(() => {
      const builtin = typeof callee === "string" ? libraryFunction(callee) : callee;
      try {
        const results = settleAll(builtin(...values));
        if (results === null && isRaising()) return { error: takeError().value };
        if (results === null) throw new Error("suspended");
        return results;
      } catch (thrown) {
        if (thrown instanceof LuaError) return { error: thrown.value };
        throw thrown;
      }
    });
  return {
    call,
    first: (callee, ...values) => {
      const results = call(callee, ...values);
      if ("error" in results) throw new Error(plainText(results.error));
      return results[0];
    },
  };
}

function libraryFunction(name: string): LuaFunction {
  const builtin = stringLibrary.functions[name];
  if (builtin === undefined) throw new Error(`no string.${name}`);
  return builtin;
}
