/**
 * Environments of functions (manual 2.9). The main function of a loaded chunk has one that can be
 * changed between runs (core/chunk.ts). Any other function is bound to the environment its chunk
 * had when it was made; nobody can tell which, so it counts as having the globals.
 */
import { chunkEnvironment, setChunkEnvironment } from "../../core/chunk.ts";
import { current } from "../../core/current.ts";
import { BUILTIN_PREFIX, captureStack } from "../../core/stack.ts";
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
  if (level !== 0) checkLevel(level);
  return current.state.globals;
});

/**
 * Changes the environment of a chunk's main function for its next run. Returns the function.
 *
 * @manual 5.1
 * @throws LuaError "'setfenv' cannot change environment of given object"
 */
export const setfenv = defineBuiltin("setfenv", (target, value) => {
  const environment = checkTable(value, 2);
  if (typeof target === "function") return changeEnvironment(target, environment);
  const level = checkInteger(target, 1);
  if (level === 0) return callerError("'setfenv' of level 0, all globals, is not supported yet");
  checkLevel(level);
  return callerError(
    "'setfenv' of a running function is not supported yet; " +
      "load the code with the environment, as the fourth argument of 'load'",
  );
});

/** The environment of a function, as far as it is known; see above. */
export function functionEnvironment(target: LuaFunction): LuaTable {
  return chunkEnvironment(target) ?? current.state.globals;
}

/** @throws LuaError when the function is not the main function of a chunk */
export function changeEnvironment(target: LuaFunction, environment: LuaTable): LuaFunction {
  if (setChunkEnvironment(target, environment)) return target;
  if (isBuiltin(target)) {
    return callerError("'setfenv' cannot change environment of given object");
  }
  return callerError(
    "'setfenv' of a function inside a chunk is not supported yet; " +
      "only of the function that 'load' or 'loadfile' returns",
  );
}

/** Level 1 is the caller of the builtin that asks. */
function checkLevel(level: number): void {
  if (level < 0 || captureStack(level + 1)[level] === undefined) argumentError(1, "invalid level");
}

function isBuiltin(target: LuaFunction): boolean {
  return target.name.startsWith(BUILTIN_PREFIX);
}
