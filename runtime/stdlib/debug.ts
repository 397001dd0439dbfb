/**
 * The debug library (manual 5.9). Positions and names are read off JavaScript's stack, for code of any kind. Variables,
 * upvalues, the functions of stack levels and hooks need accessible code (core/activation.ts): that of files that
 * name one of the functions in question, of what they load, and all code of `spacer run --debug-access`.
 */
import { cString } from "../core/cString.ts";
import { current } from "../core/current.ts";
import { metatableOf, setTypeMetatable, typeOf } from "../core/metatable.ts";
import { ownMetatable, setMetatable, setUserdataMetatable } from "../core/metatableRole.ts";
import { numberToString, toNumber } from "../core/number.ts";
import { captureTraceback } from "../core/stack.ts";
import type { LuaState } from "../core/state.ts";
import { LuaTable } from "../core/table.ts";
import { formatTraceback } from "../core/traceback.ts";
import { isLight, LuaUserdata, type LuaThread } from "../core/userdata.ts";
import type { LuaValue } from "../core/value.ts";
import { argumentError, checkTable, optionalInteger, optionalString } from "./arguments.ts";
import { changeAnyEnvironment, environmentOfAny } from "./base/environments.ts";
import { checkPassed } from "./base/passed.ts";
import { readDebugCommands } from "./debug/console.ts";
import {
  debugInfoOf,
  describeFrame,
  describeFunction,
  type FunctionInfo,
} from "./debug/functionInfo.ts";
import { getHookOf, setHookOf } from "./debug/hook.ts";
import { isOther, levelOf, splitThread, threadStack } from "./debug/levels.ts";
import { getLocal, setLocal } from "./debug/locals.ts";
import { getUpvalue, setUpvalue, upvalueId, upvalueJoin } from "./debug/upvalues.ts";
import { defineLibrary, libraryTable } from "./library.ts";

const registries = new WeakMap<LuaState, LuaTable>();

export const debugLibrary = defineLibrary("debug", {
  /**
   * Runs the lines that are typed, up to one that says `cont`. They see global variables, and can't wait.
   *
   * @signature ()
   * @manual 5.9
   */
  debug: () => readDebugCommands(),

  /**
   * Name and value of a local variable of the function at a level of the stack, or nil. Further ones are the
   * arguments beyond the parameters, from -1 downwards; of a function that does not run, parameters have names.
   *
   * @signature ([coroutine,] level, index)
   * @manual 5.9
   * @throws LuaError "bad argument #1 to 'getlocal' (level out of range)"
   */
  getlocal: (...values) => getLocal(values),

  /**
   * Assigns to a local variable of the function at a level of the stack. Returns its name, or nil.
   *
   * @signature ([coroutine,] level, index, value)
   * @manual 5.9
   * @throws LuaError "bad argument #1 to 'setlocal' (level out of range)"
   */
  setlocal: (...values) => setLocal(values),

  /** Name and value of an upvalue, or nothing. @signature (function, index) @manual 5.9 */
  getupvalue: (...values) => getUpvalue(values),

  /** Assigns to an upvalue. Returns its name, or nothing. @signature (function, index, value) @manual 5.9 */
  setupvalue: (...values) => setUpvalue(values),

  /**
   * A userdata that is the same for the same variable: it tells whether closures share one.
   *
   * @signature (function, index)
   * @throws LuaError "bad argument #2 to 'upvalueid' (index out of range)"
   */
  upvalueid: (...values) => upvalueId(values),

  /**
   * Makes the upvalue of one function refer to that of another.
   *
   * @signature (function1, index1, function2, index2)
   * @throws LuaError "bad argument #1 to 'upvaluejoin' (Lua function expected)"
   */
  upvaluejoin: (...values) => upvalueJoin(values),

  /** The environment of a function, a userdata or a coroutine; nil for any other value. @signature (value) @manual 5.9 */
  getfenv: (...values) => environmentOfAny(checkPassed(values, 1)),

  /**
   * Changes the environment of a function, a userdata or a coroutine, and returns that.
   *
   * @signature (value, environment)
   * @manual 5.9
   * @throws LuaError "'setfenv' cannot change environment of given object"
   */
  setfenv: (target, environment) => changeAnyEnvironment(target, checkTable(environment, 2)),

  /** The hook, its mask and its count. @signature ([coroutine]) @manual 5.9 */
  gethook: (...values) => getHookOf(values),

  /**
   * Has a function called with "call", "return", "line" and the line, or "count", as the letters `c`, `r`, `l` and the count
   * say. Without arguments none is called any more.
   *
   * @signature ([coroutine,] [hook, mask [, count]])
   * @manual 5.9
   */
  sethook: (...values) => setHookOf(values),

  /**
   * What is known of a function, or of the function at a level of the stack; nil for a level that
   * is not there. `what` has a letter for each group of fields: "n" (name), "S" (source), "l" (line), "u" (parameters and
   * upvalues), "f" (function), "L" (lines with code).
   *
   * @signature ([coroutine,] target [, what])
   * @manual 5.9
   * @throws LuaError "bad argument #1 to 'getinfo' (function or level expected)"
   */
  getinfo: (...given) => {
    const { thread, values, shift } = splitThread(given);
    const what = optionalString(values[1], 2 + shift, "flnSu");
    if (what.startsWith(">")) return argumentError(2 + shift, "invalid option");
    const info = infoOf(thread, values[0], 1 + shift);
    if (info === undefined) return undefined;
    if (!/^[flnSuL]*$/.test(what)) return argumentError(2 + shift, "invalid option");
    return infoTable(info, what);
  },

  /** The metatable of any value, whatever `__metatable` says. @signature (value) @manual 5.9 */
  getmetatable: (...values) => {
    const value = checkPassed(values, 1);
    return value instanceof LuaTable ? ownMetatable(value) : metatableOf(value);
  },

  /** Gives any value a metatable: a table or userdata its own, others one for all of their type. */
  setmetatable: (...values) => {
    const [target, metatable] = values;
    if (!(metatable instanceof LuaTable) && (metatable !== undefined || values.length < 2)) {
      return argumentError(2, "nil or table expected");
    }
    if (target instanceof LuaUserdata && isLight(target)) {
      current.state.lightUserdataMetatable = metatable;
    } else if (target instanceof LuaTable) {
      setMetatable(target, metatable);
    } else if (target instanceof LuaUserdata) {
      setUserdataMetatable(target, metatable, current.state.finalizers);
    } else setTypeMetatable(typeOf(target), metatable);
    return true;
  },

  /** A table with `_LOADED`; others of its entries are nobody's business. @manual 5.9 */
  getregistry: () => {
    const { state } = current;
    let registry = registries.get(state);
    if (registry === undefined) {
      registry = new LuaTable();
      registry.setString("_LOADED", state.loaded);
      registries.set(state, registry);
    }
    return registry;
  },

  /**
   * A message and the calls that led here, or to where a coroutine is; a message that is no text is
   * given back.
   *
   * @signature ([coroutine,] [message [, level]])
   * @manual 5.9
   */
  traceback: (...given) => {
    const { thread, values } = splitThread(given);
    const [message, levelValue] = values;
    const isText = typeof message === "string" || typeof message === "number";
    if (values.length > 0 && !isText) return message;
    const level = optionalInteger(
      levelValue,
      thread === undefined ? 2 : 3,
      isOther(thread) ? 0 : 1,
    );
    const stack = isOther(thread) ? threadStack(thread) : captureTraceback();
    const frames = level < 0 ? [] : stack.slice(level);
    const traceback = formatTraceback(frames, level);
    if (!isText) return traceback;
    const text = typeof message === "number" ? numberToString(message) : message;
    return `${current.state.isPuc51 ? text : cString(text)}\n${traceback}`;
  },
});

export function openDebug(_state: LuaState): LuaTable {
  return libraryTable(debugLibrary);
}

/** @param target A function, or a level: 0 is `getinfo`, 1 its caller. */
function infoOf(
  thread: LuaThread | undefined,
  target: LuaValue,
  argument: number,
): FunctionInfo | undefined {
  if (typeof target === "function") return describeFunction(target);
  const number = toNumber(target);
  if (number === undefined) return argumentError(argument, "function or level expected");
  const level = levelOf(thread, Math.trunc(number));
  return level === undefined ? undefined : describeFrame(level.frame, level.caller);
}

function infoTable(info: FunctionInfo, what: string): LuaTable {
  const table = new LuaTable();
  if (what.includes("S")) {
    table.setString("source", info.source);
    table.setString("short_src", info.shortSource);
    table.setString("what", info.what);
    table.setString("linedefined", info.firstLine);
    table.setString("lastlinedefined", info.lastLine);
  }
  if (what.includes("l")) table.setString("currentline", info.currentLine);
  if (what.includes("u")) {
    table.setString("nups", info.what === "C" ? 0 : debugInfoOf(info)?.upvalues.length);
    if (!current.state.isPuc51) {
      table.setString("nparams", info.parameterCount);
      table.setString("isvararg", info.isVararg);
    }
  }
  if (what.includes("n")) {
    table.setString("name", info.calledName?.[1]);
    table.setString("namewhat", info.calledName?.[0] ?? "");
  }
  if (what.includes("f")) table.setString("func", info.callee);
  if (what.includes("L")) table.setString("activelines", activeLines(info));
  return table;
}

/** A set of the lines that have code; nil for a builtin. */
function activeLines(info: FunctionInfo): LuaTable | undefined {
  if (info.what === "C") return undefined;
  const lines = new LuaTable();
  for (const line of debugInfoOf(info)?.activeLines ?? []) lines.set(line, true);
  // PUC Lua ends each function by an instruction of its own.
  if (current.state.isPuc51 && info.lastLine > 0) lines.set(info.lastLine, true);
  return lines;
}
