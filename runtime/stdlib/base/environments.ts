/**
 * Environments of functions (manual 2.9). Two kinds of functions have one that can be changed: the
 * main function of a loaded chunk, between its runs (core/chunk.ts), and the functions of a chunk
 * that works with environments (core/closureEnvironment.ts). All others are bound for good to the
 * environment their chunk had when they were made. Which that is nobody can tell, so as soon as a
 * state has environments beside the globals, asking is an error.
 */
import { NONE } from "../../core/call.ts";
import { chunkEnvironment, setChunkEnvironment } from "../../core/chunk.ts";
import { callerEnvironment, closureEnvironment } from "../../core/closureEnvironment.ts";
import { current } from "../../core/current.ts";
import { BUILTIN_PREFIX, captureLevels, type StackFrame } from "../../core/stack.ts";
import type { LuaTable } from "../../core/table.ts";
import type { LuaFunction } from "../../core/value.ts";
import { argumentError, callerError, checkInteger, checkTable } from "../arguments.ts";
import { defineBuiltin } from "../library.ts";

/**
 * The environment of a function, or of the function at a level of the stack.
 *
 * @manual 5.1
 * @throws LuaError "bad argument #1 to 'getfenv' (invalid level)"
 */
export const getfenv = defineBuiltin("getfenv", (target) => {
  if (typeof target === "function") return functionEnvironment(target);
  const level = target === undefined ? 1 : checkInteger(target, 1);
  if (level === 0) return current.state.globals;
  const frame = checkLevel(level);
  if (frame.kind === "builtin") return current.state.globals;
  const known = level === 1 ? callerEnvironment(frame.script) : undefined;
  return known === undefined ? onlyEnvironment() : known.table;
});

/**
 * Changes the environment of a function, or of the function that called. Returns the function, if
 * one was given.
 *
 * @manual 5.1
 * @throws LuaError "'setfenv' cannot change environment of given object"
 */
export const setfenv = defineBuiltin("setfenv", (target, value) => {
  const environment = checkTable(value, 2);
  if (typeof target === "function") return changeEnvironment(target, environment);
  const level = checkInteger(target, 1);
  if (level === 0) return callerError("'setfenv' of level 0, all globals, is not supported yet");
  changeCallerEnvironment(level, environment);
  return NONE;
});

const NOT_CHANGEABLE = "'setfenv' cannot change environment of given object";

/**
 * Changes the environment of a running function.
 *
 * @param level 1 is the caller of the builtin that asks.
 */
export function changeCallerEnvironment(level: number, environment: LuaTable): void {
  const frame = checkLevel(level);
  if (frame.kind === "builtin") callerError(NOT_CHANGEABLE);
  const known = level === 1 ? callerEnvironment(frame.script) : undefined;
  if (known === undefined) {
    callerError(
      "changing the environment of a running function is only supported where it names " +
        "'setfenv' or 'module' itself",
    );
  }
  current.state.hasOtherEnvironments = true;
  known.table = environment;
}

/** @throws LuaError when it can't be known */
export function functionEnvironment(target: LuaFunction): LuaTable {
  const known = chunkEnvironment(target) ?? closureEnvironment(target)?.table;
  if (known !== undefined) return known;
  return isBuiltin(target) ? current.state.globals : onlyEnvironment();
}

/** @throws LuaError when the function is bound to its environment */
export function changeEnvironment(target: LuaFunction, environment: LuaTable): LuaFunction {
  const own = closureEnvironment(target);
  if (own !== undefined) own.table = environment;
  else if (!setChunkEnvironment(target, environment)) return refuseChange(target);
  current.state.hasOtherEnvironments = true;
  return target;
}

function refuseChange(target: LuaFunction): never {
  if (isBuiltin(target)) {
    return callerError(NOT_CHANGEABLE);
  }
  return callerError(
    "'setfenv' of this function is not supported yet: only of what 'load' returns, and of " +
      "functions in files that name 'setfenv', 'getfenv' or 'module'",
  );
}

/** The environment of a function that is bound, which is known while there is only one. */
function onlyEnvironment(): LuaTable {
  const { state } = current;
  if (!state.hasOtherEnvironments) return state.globals;
  return callerError(
    "'getfenv' of this function is not supported yet: only of functions in files that name " +
      "'setfenv', 'getfenv' or 'module'",
  );
}

/** Level 1 is the caller of the builtin that asks. */
function checkLevel(level: number): StackFrame {
  if (level < 0 && current.state.isPuc51) argumentError(1, "level must be non-negative");
  const frame = level < 0 ? undefined : captureLevels(level + 1)[level];
  return frame ?? argumentError(1, "invalid level");
}

function isBuiltin(target: LuaFunction): boolean {
  return target.name.startsWith(BUILTIN_PREFIX);
}
