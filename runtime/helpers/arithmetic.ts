/**
 * Arithmetic whose operands are not both numbers (manual 2.2.1, 2.8): strings that spell numbers,
 * then metamethods. Emitted code handles two numbers itself.
 *
 * Each helper calls the metamethod at a place of its own: V8 then knows whom, and may make one function of the metamethod
 * and the code around the operator.
 */
import { ALARM, alarm, checkpoint } from "../core/budget.ts";
import { asResults, callHandler, first, type Pending } from "../core/call.ts";
import { refuse } from "../core/refuse.ts";
import { EVENT } from "../core/heritage.ts";
import { handlerOf, knownHandler } from "../core/metatable.ts";
import { modulo, toNumber } from "../core/number.ts";
import { power } from "../core/power.ts";
import { LuaTable } from "../core/table.ts";
import type { LuaValue, Results } from "../core/value.ts";

/**
 * `left + right`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.1
 * @throws LuaError "attempt to perform arithmetic on a nil value"
 */
export function add(left: LuaValue, right: LuaValue): LuaValue | Pending {
  if (typeof left !== "object" && typeof right !== "object") {
    const a = toNumber(left);
    const b = toNumber(right);
    if (a !== undefined && b !== undefined) return a + b;
  }
  const handler = handlerFor(EVENT.add, left, right);
  return first(
    typeof handler === "function" ? handler(left, right) : callHandler(handler, left, right),
  );
}

/**
 * `left - right`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.1
 * @throws LuaError "attempt to perform arithmetic on a nil value"
 */
export function sub(left: LuaValue, right: LuaValue): LuaValue | Pending {
  if (typeof left !== "object" && typeof right !== "object") {
    const a = toNumber(left);
    const b = toNumber(right);
    if (a !== undefined && b !== undefined) return a - b;
  }
  const handler = handlerFor(EVENT.sub, left, right);
  return first(
    typeof handler === "function" ? handler(left, right) : callHandler(handler, left, right),
  );
}

/**
 * `left * right`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.1
 * @throws LuaError "attempt to perform arithmetic on a nil value"
 */
export function mul(left: LuaValue, right: LuaValue): LuaValue | Pending {
  if (typeof left !== "object" && typeof right !== "object") {
    const a = toNumber(left);
    const b = toNumber(right);
    if (a !== undefined && b !== undefined) return a * b;
  }
  const handler = handlerFor(EVENT.mul, left, right);
  return first(
    typeof handler === "function" ? handler(left, right) : callHandler(handler, left, right),
  );
}

/**
 * `left / right`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.1
 * @throws LuaError "attempt to perform arithmetic on a nil value"
 */
export function div(left: LuaValue, right: LuaValue): LuaValue | Pending {
  if (typeof left !== "object" && typeof right !== "object") {
    const a = toNumber(left);
    const b = toNumber(right);
    if (a !== undefined && b !== undefined) return a / b;
  }
  const handler = handlerFor(EVENT.div, left, right);
  return first(
    typeof handler === "function" ? handler(left, right) : callHandler(handler, left, right),
  );
}

/**
 * `left % right`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.1
 * @throws LuaError "attempt to perform arithmetic on a nil value"
 */
export function mod(left: LuaValue, right: LuaValue): LuaValue | Pending {
  if (typeof left !== "object" && typeof right !== "object") {
    const a = toNumber(left);
    const b = toNumber(right);
    if (a !== undefined && b !== undefined) return modulo(a, b);
  }
  const handler = handlerFor(EVENT.mod, left, right);
  return first(
    typeof handler === "function" ? handler(left, right) : callHandler(handler, left, right),
  );
}

/**
 * `left ^ right`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.1
 * @throws LuaError "attempt to perform arithmetic on a nil value"
 */
export function pow(left: LuaValue, right: LuaValue): LuaValue | Pending {
  if (typeof left !== "object" && typeof right !== "object") {
    const a = toNumber(left);
    const b = toNumber(right);
    if (a !== undefined && b !== undefined) return power(a, b);
  }
  const handler = handlerFor(EVENT.pow, left, right);
  return first(
    typeof handler === "function" ? handler(left, right) : callHandler(handler, left, right),
  );
}

/**
 * `-operand`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.1
 * @throws LuaError "attempt to perform arithmetic on a nil value"
 */
export function unm(operand: LuaValue): LuaValue | Pending {
  const number = toNumber(operand);
  if (number !== undefined) return -number;
  const handler = handlerFor(EVENT.unm, operand, operand);
  return first(
    typeof handler === "function"
      ? handler(operand, operand)
      : callHandler(handler, operand, operand),
  );
}

/** What handles an operation. @throws LuaError when nothing does */
function handlerFor(event: number, left: LuaValue, right: LuaValue): LuaValue {
  // Metamethods that call each other may be all that a program does.
  if (alarm[ALARM.raised] !== 0) checkpoint();
  const known = left instanceof LuaTable ? knownHandler(left, event) : undefined;
  return known ?? findHandler(event, left, right);
}

function findHandler(event: number, left: LuaValue, right: LuaValue): LuaValue {
  const handler = handlerOf(left, event) ?? handlerOf(right, event);
  return handler ?? refuseOperands;
}

/** In place of a handler. */
function refuseOperands(left: LuaValue, right: LuaValue): Results {
  return asResults(refuse.arithmetic(left, right, toNumber(left) !== undefined));
}
