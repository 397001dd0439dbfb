/**
 * Checks of builtin arguments, with LuaJIT's texts (the `luaL_check*` functions of manual 4).
 * Positions count from 1. Each raises `bad argument #n to 'name' (...)` with the caller's position;
 * the name is what the call site calls the function, so it is found only when needed.
 */
import { cString } from "../core/cString.ts";
import { current } from "../core/current.ts";
import { raise, position } from "../core/error.ts";
import { typeOf } from "../core/metatable.ts";
import { numberToString, stringToNumber } from "../core/number.ts";
import { captureStack } from "../core/stack.ts";
import { LuaTable } from "../core/table.ts";
import { calledName } from "../core/traceback.ts";
import type { LuaFunction, LuaValue } from "../core/value.ts";
import type { Site } from "../host.ts";

export function checkTable(value: LuaValue, argument: number): LuaTable {
  return value instanceof LuaTable ? value : typeError(value, argument, "table");
}

/** A string, or a number as a string. */
export function checkString(value: LuaValue, argument: number): string {
  if (typeof value === "string") return value;
  return typeof value === "number" ? numberToString(value) : typeError(value, argument, "string");
}

/** A number, or a string that spells one. */
export function checkNumber(value: LuaValue, argument: number): number {
  if (typeof value === "number") return value;
  const number = typeof value === "string" ? stringToNumber(value) : undefined;
  return number ?? typeError(value, argument, "number");
}

/**
 * A number cut to a 32-bit integer. What does not fit becomes -2^31 (LuaJIT's `lj_lib_checkint`), in
 * PUC Lua 5.1 the lower half of a 64-bit integer (`luaL_checkint`).
 */
export function checkInteger(value: LuaValue, argument: number): number {
  const integer = Math.trunc(checkNumber(value, argument));
  if (integer === (integer | 0)) return integer | 0;
  if (!current.state.isPuc51) return -0x80000000;
  return Math.abs(integer) < INT64_LIMIT ? Number(BigInt.asIntN(32, BigInt(integer))) : 0;
}

/** From here on C makes -2^63 of a double. */
const INT64_LIMIT = 2 ** 63;

/** As `checkInteger`, but an integer of 64 bits in PUC Lua 5.1 (`luaL_checkinteger`). */
export function checkPosition(value: LuaValue, argument: number): number {
  const integer = Math.trunc(checkNumber(value, argument));
  if (integer === (integer | 0)) return integer | 0;
  if (!current.state.isPuc51) return -0x80000000;
  return Math.abs(integer) < INT64_LIMIT ? integer : -INT64_LIMIT;
}

export function checkFunction(value: LuaValue, argument: number): LuaFunction {
  return typeof value === "function" ? value : typeError(value, argument, "function");
}

/** Any value, but one must be given. Nil counts as given when the call site shows an argument. */
export function checkAny(value: LuaValue, argument: number): LuaValue {
  if (value !== undefined || wasPassed(argument)) return value;
  return argumentError(argument, "value expected");
}

export function optionalString(value: LuaValue, argument: number, otherwise: string): string {
  return value === undefined ? otherwise : checkString(value, argument);
}

export function optionalNumber(value: LuaValue, argument: number, otherwise: number): number {
  return value === undefined ? otherwise : checkNumber(value, argument);
}

export function optionalInteger(value: LuaValue, argument: number, otherwise: number): number {
  return value === undefined ? otherwise : checkInteger(value, argument);
}

export function optionalPosition(value: LuaValue, argument: number, otherwise: number): number {
  return value === undefined ? otherwise : checkPosition(value, argument);
}

/**
 * One of some words.
 *
 * @throws LuaError "bad argument #1 to 'seek' (invalid option 'x')"
 */
export function checkOption<Option extends string>(
  value: LuaValue,
  argument: number,
  options: readonly Option[],
): Option {
  const text = checkString(value, argument);
  const shown = cString(text);
  // PUC Lua compares strings of C.
  const wanted = current.state.isPuc51 ? shown : text;
  const option = options.find((word) => word === wanted);
  return option ?? argumentError(argument, `invalid option '${shown}'`);
}

/** `bad argument #1 to 'insert' (table expected, got nil)`. */
export function typeError(value: LuaValue, argument: number, expected: string): never {
  const isMissing = value === undefined && !wasPassed(argument);
  const got = isMissing ? "no value" : typeOf(value);
  return argumentError(argument, `${expected} expected, got ${got}`);
}

/** `bad argument #1 to 'insert' (message)`, for the builtin that is running. */
export function argumentError(argument: number, message: string): never {
  const caller = callerOfBuiltin();
  const [kind, name] = calledName(caller) ?? ["", "?"];
  let text = `bad argument #${String(argument)} to '${name}' (${message})`;
  if (kind === "method") {
    text =
      argument === 1
        ? `calling '${name}' on bad self (${message})`
        : `bad argument #${String(argument - 1)} to '${name}' (${message})`;
  }
  return raise(position(caller) + text);
}

/** Raises with the position of the builtin's caller (`luaL_error`). */
export function callerError(message: string): never {
  return raise(position(callerOfBuiltin()) + message);
}

/**
 * Whether the caller passes an argument at this position; a tail call does, too. Where a value list
 * decides, or the caller is a builtin other than `pcall`, a nil counts as not passed.
 */
function wasPassed(argument: number): boolean {
  const caller = captureStack(2, true)[1];
  if (caller?.kind === "lua") return argument <= argumentCountAt(caller.site);
  const isProtectedCall = caller?.name === "pcall" || caller?.name === "xpcall";
  return isProtectedCall && argument <= current.protectedArgumentCount;
}

/** How many arguments a place in Lua passes, if that does not depend on a list of values. */
function argumentCountAt(site: Pick<Site, "argumentCount" | "callee"> | undefined): number {
  if (site?.argumentCount !== undefined) return site.argumentCount;
  // A builtin as metamethod (manual 2.8).
  if (site?.callee?.startsWith("metamethod") !== true) return 0;
  return site.callee === "metamethod '__newindex'" ? 3 : 2;
}

function callerOfBuiltin() {
  return captureStack(2)[1];
}
