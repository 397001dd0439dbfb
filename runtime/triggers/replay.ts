/** A function that events are to go through once more, outside of any group. */
import type { InvocationLimits } from "../core/invocation.ts";
import type { LuaState } from "../core/state.ts";
import { encodeUtf8 } from "../core/utf8.ts";
import { functionsOf } from "../functions/index.ts";
import type { HandlerOutcome, StoredEvent } from "../topics/index.ts";
import { whyNotCallable } from "./callable.ts";
import { callHandler, describeFailed } from "./callHandler.ts";

export interface ReplayedFunction {
  /** Text. */
  readonly name: string;
  /** Of all functions. */
  readonly limits: InvocationLimits;
  /** `undefined` for that of all functions. */
  readonly timeoutMs: number | undefined;
  /** Whether what it appends is only noted. */
  readonly isHeldBack: boolean;
}

/** Rejects with nothing but bugs of ours. */
export type ReplayCall = (event: StoredEvent) => Promise<HandlerOutcome>;

export type OpenedFunction =
  | { readonly kind: "open"; readonly call: ReplayCall }
  | { readonly kind: "missing" }
  | { readonly kind: "broken"; readonly error: string };

/** Loads the function, so that what is wrong with its file shows before the first event. */
export async function openReplayedFunction(
  state: LuaState,
  { name, limits, ...options }: ReplayedFunction,
): Promise<OpenedFunction> {
  const functions = functionsOf(state);
  functions.limits = limits;
  const loaded = await functions.load(encodeUtf8(name));
  if (loaded.kind === "missing") return loaded;
  if (loaded.kind === "failed")
    return { kind: "broken", error: describeFailed(state, loaded).error };
  const error = whyNotCallable(state, loaded.value);
  if (error !== undefined) return { kind: "broken", error };
  const call: ReplayCall = (event) =>
    callHandler(state, { ...options, name, event, attempt: 1, fence: undefined });
  return { kind: "open", call };
}
