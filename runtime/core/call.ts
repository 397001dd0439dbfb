/**
 * The calling convention (docs/architecture.md, "Calls").
 *
 * A function returns `Results`: a bare value for one result, an array for none or several. Two
 * arrays are special: `SUSP` says that the callee suspended and must be passed on as it is, and a
 * `TAIL_CALL` stands for a call still to be made. Emitted code, helpers and builtins all use the same
 * functions on what a call returned:
 *
 *     if (Array.isArray(r = f(a)) && suspends(r)) { ... }                 // none wanted
 *     if (Array.isArray(r = f(a)) && (r = settle(r)) === null) { ... }    // one value wanted
 *     if ((r = settleAll(f(a))) === null) { ... }                         // all values wanted
 *     if (Array.isArray(r = f(a)) && (r = settled(r)) === null) { ... }   // all, one of them left bare
 *     if (Array.isArray(r = f(a)) && (r = settledFew(r)) === null) { ... } // the first few, as above
 *
 * `instanceof Array` is never used: it is false for arrays of another realm.
 */
import { ALARM, alarm, checkpoint } from "./budget.ts";
import { current, TAIL_CALL_BUDGET } from "./current.ts";
import { fault } from "./error.ts";
import { firstOf, listOf } from "./frames.ts";
import { EVENT } from "./heritage.ts";
import { handlerOf } from "./metatable.ts";
import { finishHere } from "./runFrames.ts";
import type { LuaValue, Results } from "./value.ts";

declare const suspended: unique symbol;

/** The type of `SUSP`, so that a forgotten test is a type error. */
export type Suspension = readonly LuaValue[] & { readonly [suspended]: true };

/** Returned by a call that suspended. Always compared by identity. */
export const SUSP = [] as readonly LuaValue[] as Suspension;

/**
 * In place of a value, or of settled results, that are not there yet, as the call that gives them suspended. `null` is no Lua value,
 * and code compares with it without a look at where `SUSP` is (functions that are made often: 0.95 of the time).
 */
export type Pending = null;

/** The results of a function that returns nothing. Never written to. */
export const NONE: readonly LuaValue[] = [];

/**
 * Returned in place of a tail call that is left to the caller, so that endless tail calls do not fill
 * the stack (manual 2.5.8). The call is in `current`: whoever gets this makes it before anything else.
 */
const TAIL_CALL: readonly LuaValue[] = [];

/**
 * Leaves a call to whoever settles the results. For builtins: what can't be called is refused by the
 * caller, who knows the line, and whose name of the builtin the message has, as in LuaJIT.
 *
 * @param callee Any value; it is called as `call` does.
 */
export function leaveCall(callee: LuaValue, values: readonly LuaValue[]): readonly LuaValue[] {
  if (alarm[ALARM.raised] !== 0) checkpoint();
  current.tailCallee = callee;
  current.tailValues = values;
  return TAIL_CALL;
}

/**
 * A tail call of Lua code that is left to the caller.
 *
 * @helper
 * @effects allocates
 * @manual 2.5.8
 * @param callee Any value; it is called as `call` does.
 * @throws LuaError "attempt to call a nil value"
 */
export function tailCall(callee: LuaValue, values: readonly LuaValue[]): readonly LuaValue[] {
  current.tailBudget = TAIL_CALL_BUDGET;
  // The caller would not know the line, nor what the callee is called here.
  if (typeof callee !== "function" && typeof handlerOf(callee, EVENT.call) !== "function") {
    return fault.call(callee);
  }
  return leaveCall(callee, values);
}

/** Makes the call that was left, and those that it leaves in turn. */
function makeTailCalls(): Results {
  let outcome: Results = TAIL_CALL;
  while (outcome === TAIL_CALL) {
    const { tailCallee, tailValues } = current;
    current.tailCallee = undefined;
    current.tailValues = NONE;
    outcome = call(tailCallee, ...tailValues);
  }
  return outcome;
}

/**
 * The first of some results. Makes a tail call that was left.
 *
 * @helper
 * @effects calls
 */
export function settle(results: readonly LuaValue[]): LuaValue | Pending {
  if (results === TAIL_CALL) return first(makeTailCalls());
  // Results are lists of all kinds (elementAt.ts).
  return isSuspension(results) ? null : results.at(0);
}

/**
 * Whether a call suspended whose results are dropped. Makes a tail call that was left.
 *
 * @helper
 * @effects calls
 */
export function suspends(results: readonly LuaValue[]): boolean {
  return results === SUSP || (results === TAIL_CALL && first(makeTailCalls()) === null);
}

/**
 * All of some results, as an array that must not be changed. Otherwise as `settle`.
 *
 * @helper
 * @effects calls
 */
export function settleAll(results: Results): readonly LuaValue[] | Pending {
  const made = withoutTailCall(results);
  if (!isArray(made)) return [made];
  return made === SUSP ? null : made;
}

/**
 * Makes a tail call that was left; all other results are as they were.
 *
 * @helper
 * @effects calls
 */
export function settled(results: Results): Results | Pending {
  const made = withoutTailCall(results);
  return made === SUSP ? null : made;
}

/** The results, or `SUSP`, of the tail call that was left; all others as they are. */
export function withoutTailCall(results: Results): Results {
  return results === TAIL_CALL ? makeTailCalls() : results;
}

/**
 * As `settled`, for who takes values out one after the other: none at all is a bare nil, so that optimized code does not
 * meet a list of another kind than those that have some.
 *
 * @helper
 * @effects calls
 */
export function settledFew(results: readonly LuaValue[]): Results | Pending {
  return results.length === 0 ? settledEmpty(results) : results;
}

function settledEmpty(results: readonly LuaValue[]): Results | Pending {
  const made = settled(results);
  return isArray(made) && made.length === 0 ? undefined : made;
}

/** What a function returns that ends with a value, or with a call that suspended. */
export function asResults(value: LuaValue | Pending): Results {
  return value === null ? SUSP : value;
}

/** The first of what a call returned, bare or not. */
export function first(results: Results): LuaValue | Pending {
  return isArray(results) ? settle(results) : results;
}

/**
 * The first result of a metamethod of two operands. Metamethods that call each other may be all that
 * a program does, so this is a checkpoint (budget.ts).
 */
export function callMetamethod(
  handler: LuaValue,
  left: LuaValue,
  right: LuaValue,
): LuaValue | Pending {
  if (alarm[ALARM.raised] !== 0) checkpoint();
  return first(
    typeof handler === "function" ? handler(left, right) : callHandler(handler, left, right),
  );
}

/** A handler that is no function. Nobody wrote the call, so a message about it has no name, in LuaJIT no position either. */
export function callHandler(handler: LuaValue, left: LuaValue, right: LuaValue): Results {
  const function_ = handlerOf(handler, EVENT.call);
  if (typeof function_ === "function") return function_(handler, left, right);
  return fault.callHandler(handler);
}

/**
 * Calls any value, as `f(...)` does: a function, or a value with `__call`.
 *
 * @helper
 * @effects calls
 * @manual 2.5.8
 * @throws LuaError "attempt to call a nil value"
 */
export function call(callee: LuaValue, ...values: LuaValue[]): Results {
  if (typeof callee === "function") return callee(...values);
  const handler = handlerOf(callee, EVENT.call);
  // As in LuaJIT, a handler that would itself need a `__call` is not followed.
  return typeof handler === "function" ? handler(callee, ...values) : fault.call(callee);
}

/**
 * Calls a function from a builtin that can't be resumed: an attempt to suspend in there raises
 * "attempt to yield across C-call boundary".
 */
export function callAll(callee: LuaValue, ...values: LuaValue[]): readonly LuaValue[] {
  current.unyieldable++;
  try {
    const results = settleAll(call(callee, ...values));
    return results ?? listOf(finishHere());
  } finally {
    current.unyieldable--;
  }
}

/** As `callAll`, for the first result. */
export function callFirst(callee: LuaValue, ...values: LuaValue[]): LuaValue {
  current.unyieldable++;
  try {
    const value = first(typeof callee === "function" ? callee(...values) : call(callee, ...values));
    return value === null ? firstOf(finishHere()) : value;
  } finally {
    current.unyieldable--;
  }
}

/** Whether a callee suspended. */
export function isSuspension(outcome: Results): outcome is Suspension {
  return outcome === SUSP;
}

/** `Array.isArray` for results, which may be read-only. */
export const isArray = Array.isArray as (
  results: Results | Pending,
) => results is readonly LuaValue[];
