/**
 * Upvalues (manual 5.9, `lua_getupvalue`). Functions of accessible code have them in boxes; of others only names and number are
 * known, for they hold the values of variables that nobody assigns to.
 */
import { closureOf, type Box, type Closure } from "../../core/activation.ts";
import { NONE } from "../../core/call.ts";
import { BUILTIN_PREFIX } from "../../core/stack.ts";
import { lightUserdata, type LuaUserdata } from "../../core/userdata.ts";
import type { LuaFunction, LuaValue, Results } from "../../core/value.ts";
import { argumentError, callerError, checkFunction, checkInteger } from "../arguments.ts";
import { checkPassed } from "../base/passed.ts";
import { NEEDS_ACCESS } from "./access.ts";
import { debugInfoOf, describeFunction, placeText } from "./functionInfo.ts";

export function getUpvalue(given: readonly LuaValue[]): Results {
  const index = checkInteger(given[1], 2);
  const upvalue = findUpvalue(checkFunction(given[0], 1), index);
  return upvalue === undefined ? NONE : [upvalue.name, upvalue.box.v];
}

export function setUpvalue(given: readonly LuaValue[]): Results {
  checkPassed(given, 3);
  const index = checkInteger(given[1], 2);
  const upvalue = findUpvalue(checkFunction(given[0], 1), index);
  if (upvalue === undefined) return NONE;
  upvalue.box.v = given[2];
  return upvalue.name;
}

export function upvalueId(given: readonly LuaValue[]): LuaValue {
  const target = checkFunction(given[0], 1);
  const upvalue = findUpvalue(target, checkInteger(given[1], 2));
  if (upvalue === undefined) return argumentError(2, "index out of range");
  let id = ids.get(upvalue.box);
  if (id === undefined) ids.set(upvalue.box, (id = lightUserdata("upvalue")));
  return id;
}

const ids = new WeakMap<Box, LuaUserdata>();

export function upvalueJoin(given: readonly LuaValue[]): Results {
  const [to, toIndex] = joinedUpvalue(given, 1);
  const [from, fromIndex] = joinedUpvalue(given, 3);
  to.upvalues[toIndex] = from.upvalues[fromIndex] as Box;
  return NONE;
}

/** @param argument Position of the function; its index follows. */
function joinedUpvalue(given: readonly LuaValue[], argument: number): [Closure, offset: number] {
  const target = checkFunction(given[argument - 1], argument);
  if (isBuiltin(target)) return argumentError(argument, "Lua function expected");
  const index = checkInteger(given[argument], argument + 1);
  if (findUpvalue(target, index) === undefined) {
    return argumentError(argument + 1, "index out of range");
  }
  return [closureOf(target) as Closure, index - 1];
}

interface Upvalue {
  readonly name: string;
  readonly box: Box;
}

/**
 * @param index From 1.
 * @throws LuaError for an upvalue that is there but can't be reached
 */
function findUpvalue(target: LuaFunction, index: number): Upvalue | undefined {
  if (isBuiltin(target)) return undefined;
  const info = describeFunction(target);
  const debugInfo = debugInfoOf(info);
  const closure = closureOf(target);
  const name = debugInfo?.upvalues[index - 1];
  if (debugInfo !== undefined && name === undefined) return undefined;
  const box = closure?.upvalues[index - 1];
  if (box !== undefined && name !== undefined) return { name, box };
  const what = name === undefined ? "the upvalues" : `upvalue '${name}'`;
  return callerError(`${what} of ${placeText(info)} can't be reached: ${NEEDS_ACCESS}`);
}

function isBuiltin(target: LuaFunction): boolean {
  return target.name.startsWith(BUILTIN_PREFIX);
}
