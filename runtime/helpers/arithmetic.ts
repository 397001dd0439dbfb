/**
 * Arithmetic whose operands are not both numbers (manual 2.2.1, 2.8): strings that spell numbers,
 * then metamethods. Emitted code handles two numbers itself.
 */
import { callMetamethod, type Suspension } from "../core/call.ts";
import { fault } from "../core/error.ts";
import { metamethod, type EventName } from "../core/metatable.ts";
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
  return a !== undefined && b !== undefined ? a + b : arithmeticEvent("__add", left, right);
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
  return a !== undefined && b !== undefined ? a - b : arithmeticEvent("__sub", left, right);
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
  return a !== undefined && b !== undefined ? a * b : arithmeticEvent("__mul", left, right);
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
  return a !== undefined && b !== undefined ? a / b : arithmeticEvent("__div", left, right);
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
  return a !== undefined && b !== undefined ? modulo(a, b) : arithmeticEvent("__mod", left, right);
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
  return a !== undefined && b !== undefined ? power(a, b) : arithmeticEvent("__pow", left, right);
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
  return number !== undefined ? -number : arithmeticEvent("__unm", operand, operand);
}

function arithmeticEvent(event: EventName, left: LuaValue, right: LuaValue): LuaValue | Suspension {
  const handler = metamethod(left, event) ?? metamethod(right, event);
  return handler === undefined
    ? fault.arithmetic(left, right, toNumber(left) !== undefined)
    : callMetamethod(handler, left, right);
}
