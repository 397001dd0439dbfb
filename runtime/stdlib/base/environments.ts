/**
 * Environments of functions (manual 2.9). Three kinds of functions have one that can be changed: the
 * main function of a loaded chunk, between its runs (core/chunk.ts), the functions of a chunk
 * that works with environments (core/closureEnvironment.ts), and those of accessible code, also by their stack
 * level (core/activation.ts). All others are bound for good to the
 * environment their chunk had when they were made. Which that is their script knows, unless there were several: then
 * asking is an error.
 */
import { NONE } from "../../core/call.ts";
import { chunkEnvironment, setChunkEnvironment } from "../../core/chunk.ts";
import { callerEnvironment, ClosureEnvironment } from "../../core/closureEnvironment.ts";
import { current } from "../../core/current.ts";
import {
  BUILTIN_PREFIX,
  captureLevels,
  TAIL_FRAME,
  type LuaFrame,
  type StackFrame,
} from "../../core/stack.ts";
import type { LuaTable } from "../../core/table.ts";
import { setThreadGlobals, threadGlobals } from "../../core/threadGlobals.ts";
import { LuaThread, LuaUserdata } from "../../core/userdata.ts";
import type { LuaFunction, LuaValue } from "../../core/value.ts";
import { argumentError, callerError, checkInteger, checkTable } from "../arguments.ts";
import { parseEmittedHeader } from "../debug/functionInfo.ts";
import { defineBuiltin } from "../library.ts";

/**
 * The environment of a function, or of the function at a level of the stack; 0 is the global table of the running
 * coroutine.
 *
 * @manual 5.1
 * @throws LuaError "bad argument #1 to 'getfenv' (invalid level)"
 */
export const getfenv = defineBuiltin("getfenv", (target) => {
  if (typeof target === "function") return functionEnvironment(target);
  const level = target === undefined ? 1 : checkInteger(target, 1);
  if (level === 0) return threadGlobals();
  const frame = checkLevel(level);
  if (frame.kind === "builtin") return threadGlobals();
  return environmentAt(frame, level)?.table ?? frame.script.boundEnvironment ?? onlyEnvironment();
});

/**
 * Changes the environment of a function, or of the function at a level of the stack, and returns it; 0 is the global
 * table of the running coroutine.
 *
 * @manual 5.1
 * @throws LuaError "'setfenv' cannot change environment of given object"
 */
export const setfenv = defineBuiltin("setfenv", (target, value) => {
  const environment = checkTable(value, 2);
  if (typeof target === "function") return changeEnvironment(target, environment);
  const level = checkInteger(target, 1);
  if (level === 0) {
    setThreadGlobals(current.thread, environment);
    return NONE;
  }
  return changeCallerEnvironment(level, environment);
});

const NOT_CHANGEABLE = "'setfenv' cannot change environment of given object";

/**
 * Changes the environment of a running function.
 *
 * @param level 1 is the caller of the builtin that asks.
 * @returns The function.
 */
export function changeCallerEnvironment(
  level: number,
  environment: LuaTable,
): LuaFunction | undefined {
  const frame = checkLevel(level);
  if (frame.kind === "builtin") return callerError(NOT_CHANGEABLE);
  const known = environmentAt(frame, level);
  if (known === undefined) {
    return callerError(
      "changing the environment of this running function needs debug access: only where it names " +
        "'setfenv' or 'module' itself, or with --debug-access",
    );
  }
  current.state.hasOtherEnvironments = true;
  known.change(environment);
  return known.callee;
}

/** The environment of a stack level, if it has one of its own and we can tell. */
function environmentAt(frame: LuaFrame, level: number): ClosureEnvironment | undefined {
  const { activation, script, range } = frame;
  if (activation !== undefined) return activation.closure;
  if (range?.index === 0) return script.mainEnvironment;
  return level === 1 ? callerEnvironment(script) : undefined;
}

/** Of values that are no Lua functions; they have the global table unless they were given another. */
const others = new WeakMap<object, LuaTable>();

/** The environment of whatever has one (`lua_getfenv`); `undefined` for other values. */
export function environmentOfAny(target: LuaValue): LuaTable | undefined {
  if (target instanceof LuaThread) return threadGlobals(target);
  if (typeof target === "function") return others.get(target) ?? functionEnvironment(target);
  return target instanceof LuaUserdata ? (others.get(target) ?? current.state.globals) : undefined;
}

/** Changes it. @returns The value. */
export function changeAnyEnvironment(target: LuaValue, environment: LuaTable): LuaValue {
  if (target instanceof LuaThread) {
    setThreadGlobals(target, environment);
  } else if (typeof target === "function" && !isBuiltin(target)) {
    changeEnvironment(target, environment);
  } else if (typeof target === "function" || target instanceof LuaUserdata) {
    others.set(target, environment);
  } else {
    return callerError(NOT_CHANGEABLE);
  }
  return target;
}

/** @throws LuaError when it can't be known */
export function functionEnvironment(target: LuaFunction): LuaTable {
  const known = chunkEnvironment(target) ?? ClosureEnvironment.of(target)?.table;
  if (known !== undefined) return known;
  if (isBuiltin(target)) return threadGlobals();
  return boundEnvironment(target) ?? onlyEnvironment();
}

/** The environment that all scripts have which the function may be of. */
function boundEnvironment(target: LuaFunction): LuaTable | undefined {
  const text = Function.prototype.toString.call(target);
  const header = parseEmittedHeader(text);
  if (header === undefined) return undefined;
  const found = new Set<LuaTable | undefined>();
  for (const script of current.state.scriptsCalled(header.shortSource)) {
    if (script.functionsWithText(text, header.firstLine, header.lastLine).length === 0) continue;
    found.add(script.boundEnvironment);
  }
  const [environment] = found;
  return found.size === 1 ? environment : undefined;
}

/** @throws LuaError when the function is bound to its environment */
export function changeEnvironment(target: LuaFunction, environment: LuaTable): LuaFunction {
  const own = ClosureEnvironment.of(target);
  if (own !== undefined) own.change(environment);
  else if (!setChunkEnvironment(target, environment)) return refuseChange(target);
  current.state.hasOtherEnvironments = true;
  return target;
}

function refuseChange(target: LuaFunction): never {
  if (isBuiltin(target)) {
    return callerError(NOT_CHANGEABLE);
  }
  return callerError(
    "'setfenv' of this function needs debug access: only of what 'load' returns, of functions in " +
      "files that name 'setfenv', 'getfenv' or 'module', or with --debug-access",
  );
}

/** The environment of a function that is bound, which is known while there is only one. */
function onlyEnvironment(): LuaTable {
  const { state } = current;
  if (!state.hasOtherEnvironments) return state.globals;
  return callerError(
    "'getfenv' of this function needs debug access: only of functions in files that name " +
      "'setfenv', 'getfenv' or 'module', or with --debug-access",
  );
}

/** Level 1 is the caller of the builtin that asks. */
function checkLevel(level: number): StackFrame {
  if (level < 0 && current.state.isPuc51) argumentError(1, "level must be non-negative");
  const frame = level < 0 ? undefined : captureLevels(level + 1)[level];
  if (frame === TAIL_FRAME) {
    return callerError(`no function environment for tail call at level ${String(level)}`);
  }
  return frame ?? argumentError(1, "invalid level");
}

function isBuiltin(target: LuaFunction): boolean {
  return target.name.startsWith(BUILTIN_PREFIX);
}
