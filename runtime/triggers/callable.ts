/** Whether the value of a module is a function of the project. */
import { metamethod, typeOf } from "../core/metatable.ts";
import type { LuaState } from "../core/state.ts";
import type { LuaValue } from "../core/value.ts";

/** What is wrong with it; `undefined` when it can be called. */
export function whyNotCallable(state: LuaState, value: LuaValue): string | undefined {
  const isCallable = state.enter(
    () => typeof value === "function" || metamethod(value, "__call") !== undefined,
  );
  return isCallable ? undefined : `it returns a ${typeOf(value)}, not a function`;
}
