/**
 * Arithmetic whose operands are not both numbers (manual 2.2.1, 2.8): strings that spell numbers,
 * then metamethods. Emitted code handles two numbers itself.
 */
import { callMetamethod, type Suspension } from "../core/call.ts";
import { fault } from "../core/error.ts";
import { EVENT } from "../core/heritage.ts";
import { handlerOf } from "../core/metatable.ts";
import { modulo, toNumber } from "../core/number.ts";
import { power } from "../core/power.ts";
import type { LuaValue } from "../core/value.ts";

/**
 * `left + right`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.1
 * @throws LuaError "attempt to perform arithmetic on a nil value"
 */
export function add(left: LuaValue, right: LuaValue): LuaValue | Suspension {
  const a = toNumber(left);
  const b = toNumber(right);
  return a !== undefined && b !== undefined ? a + b : arithmeticEvent(EVENT.add, left, right);
}

/**
 * `left - right`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.1
 * @throws LuaError "attempt to perform arithmetic on a nil value"
 */
export function sub(left: LuaValue, right: LuaValue): LuaValue | Suspension {
  const a = toNumber(left);
  const b = toNumber(right);
  return a !== undefined && b !== undefined ? a - b : arithmeticEvent(EVENT.sub, left, right);
}

/**
 * `left * right`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.1
 * @throws LuaError "attempt to perform arithmetic on a nil value"
 */
export function mul(left: LuaValue, right: LuaValue): LuaValue | Suspension {
  const a = toNumber(left);
  const b = toNumber(right);
  return a !== undefined && b !== undefined ? a * b : arithmeticEvent(EVENT.mul, left, right);
}

/**
 * `left / right`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.1
 * @throws LuaError "attempt to perform arithmetic on a nil value"
 */
export function div(left: LuaValue, right: LuaValue): LuaValue | Suspension {
  const a = toNumber(left);
  const b = toNumber(right);
  return a !== undefined && b !== undefined ? a / b : arithmeticEvent(EVENT.div, left, right);
}

/**
 * `left % right`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.1
 * @throws LuaError "attempt to perform arithmetic on a nil value"
 */
export function mod(left: LuaValue, right: LuaValue): LuaValue | Suspension {
  const a = toNumber(left);
  const b = toNumber(right);
  return a !== undefined && b !== undefined
    ? modulo(a, b)
    : arithmeticEvent(EVENT.mod, left, right);
}

/**
 * `left ^ right`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.1
 * @throws LuaError "attempt to perform arithmetic on a nil value"
 */
export function pow(left: LuaValue, right: LuaValue): LuaValue | Suspension {
  const a = toNumber(left);
  const b = toNumber(right);
  return a !== undefined && b !== undefined ? power(a, b) : arithmeticEvent(EVENT.pow, left, right);
}

/**
 * `-operand`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.1
 * @throws LuaError "attempt to perform arithmetic on a nil value"
 */
export function unm(operand: LuaValue): LuaValue | Suspension {
  const number = toNumber(operand);
  return number !== undefined ? -number : arithmeticEvent(EVENT.unm, operand, operand);
}

function arithmeticEvent(event: number, left: LuaValue, right: LuaValue): LuaValue | Suspension {
  const handler = handlerOf(left, event) ?? handlerOf(right, event);
  return handler === undefined
    ? fault.arithmetic(left, right, toNumber(left) !== undefined)
    : callMetamethod(handler, left, right);
}
