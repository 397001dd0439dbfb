/** Equality and order with metamethods (manual 2.5.2, 2.8). */
import { callMetamethod, type Pending } from "./call.ts";
import { current } from "./current.ts";
import { BuiltinFrame, builtinCode, firstOf, leave } from "./frames.ts";
import { EVENT } from "./heritage.ts";
import { handlerOf, typeOf } from "./metatable.ts";
import { refuseComparison } from "./refuse.ts";
import { LuaTable } from "./table.ts";
import { LuaUserdata } from "./userdata.ts";
import type { LuaValue, Results } from "./value.ts";

/** `a == b`. */
export function isEqual(left: LuaValue, right: LuaValue): boolean | Pending {
  if (left === right) return true;
  const areComparable =
    (left instanceof LuaTable && right instanceof LuaTable) ||
    (left instanceof LuaUserdata && right instanceof LuaUserdata);
  if (!areComparable) return false;
  const handler = handlerOf(left, EVENT.eq);
  if (handler === undefined || handler !== handlerOf(right, EVENT.eq)) return false;
  return asCondition(callMetamethod(handler, left, right));
}

/** `a < b`. @throws LuaError "attempt to compare ..." */
export function isLess(left: LuaValue, right: LuaValue): boolean | Pending {
  if (typeof left === "number" && typeof right === "number") return left < right;
  if (typeof left === "string" && typeof right === "string") return left < right;
  const handler = orderHandler(left, right, EVENT.lt);
  if (handler === undefined) return refuseComparison(left, right);
  return asCondition(callMetamethod(handler, left, right));
}

/** `a <= b`, by `__le` or else by `not (b < a)`. @throws LuaError "attempt to compare ..." */
export function isLessOrEqual(left: LuaValue, right: LuaValue): boolean | Pending {
  if (typeof left === "number" && typeof right === "number") return left <= right;
  if (typeof left === "string" && typeof right === "string") return left <= right;
  const handler = orderHandler(left, right, EVENT.le);
  if (handler !== undefined) return asCondition(callMetamethod(handler, left, right));
  const areMixed = typeOf(left) !== typeOf(right) && !current.state.isLua52Compatible;
  if (areMixed) return refuseComparison(left, right);
  const swapped = isLess(right, left);
  if (swapped !== null) return !swapped;
  leave(new NegationFrame());
  return null;
}

/**
 * In Lua 5.1 both operands must be of one type and have the same handler; with the Lua 5.2
 * compatibility either operand's handler does.
 */
function orderHandler(left: LuaValue, right: LuaValue, event: number): LuaValue {
  const leftHandler = handlerOf(left, event);
  if (current.state.isLua52Compatible) return leftHandler ?? handlerOf(right, event);
  if (typeOf(left) !== typeOf(right)) return undefined;
  return leftHandler === handlerOf(right, event) ? leftHandler : undefined;
}

/** What a metamethod says of two values. */
export function asCondition(value: LuaValue | Pending): boolean | Pending {
  if (value !== null) return isTrue(value);
  leave(new ConditionFrame());
  return null;
}

function isTrue(value: LuaValue): boolean {
  return value !== undefined && value !== false;
}

const CONDITION_CODE = builtinCode("");

/** A comparison whose metamethod suspended: makes a boolean of its result. */
class ConditionFrame extends BuiltinFrame {
  constructor() {
    super(CONDITION_CODE);
  }

  run(results: Results): Results {
    return isTrue(firstOf(results));
  }
}

/** A comparison that is the opposite of another one, which suspended. */
class NegationFrame extends BuiltinFrame {
  constructor() {
    super(CONDITION_CODE);
  }

  run(results: Results): Results {
    return !isTrue(firstOf(results));
  }
}
