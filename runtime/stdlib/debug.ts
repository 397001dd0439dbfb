/**
 * The debug library (manual 5.9), as far as a stack that is read off JavaScript's allows: positions
 * and names, but neither the functions of stack levels nor anybody's variables. What needs those is
 * refused by name.
 */
import { NONE } from "../core/call.ts";
import { current } from "../core/current.ts";
import { metatableOf, typeOf } from "../core/metatable.ts";
import { numberToString, toNumber } from "../core/number.ts";
import {
  captureLevels,
  captureTraceback,
  stackOfThread,
  withoutReplaced,
  type StackFrame,
} from "../core/stack.ts";
import type { LuaState } from "../core/state.ts";
import { LuaTable } from "../core/table.ts";
import { deathStackOf } from "../core/thread.ts";
import { formatTraceback } from "../core/traceback.ts";
import { LuaThread, LuaUserdata } from "../core/userdata.ts";
import type { LuaFunction, LuaValue } from "../core/value.ts";
import {
  argumentError,
  callerError,
  checkTable,
  optionalInteger,
  optionalString,
} from "./arguments.ts";
import { changeEnvironment, functionEnvironment } from "./base/environments.ts";
import { checkPassed } from "./base/passed.ts";
import { readDebugCommands } from "./debug/console.ts";
import { describeFrame, describeFunction, type FunctionInfo } from "./debug/functionInfo.ts";
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
  getlocal: unsupported("getlocal"),
  getupvalue: unsupported("getupvalue"),
  setlocal: unsupported("setlocal"),
  setupvalue: unsupported("setupvalue"),
  upvalueid: unsupported("upvalueid"),
  upvaluejoin: unsupported("upvaluejoin"),

  /** The environment of a function; nil for any other value. @signature (value) @manual 5.9 */
  getfenv: (...values) => {
    const target = checkPassed(values, 1);
    return typeof target === "function" ? functionEnvironment(target) : undefined;
  },

  /** Changes the environment of a chunk's main function. @manual 5.9 */
  setfenv: (target, environmentValue) => {
    const environment = checkTable(environmentValue, 2);
    return typeof target === "function"
      ? changeEnvironment(target, environment)
      : callerError("'setfenv' cannot change environment of given object");
  },

  /** There never is a hook. @signature ([coroutine]) @manual 5.9 */
  gethook: () => [undefined, "", 0],

  /** Takes the hook away, of which there is none; setting one is refused. @signature ([coroutine,] [hook, mask [, count]]) @manual 5.9 */
  sethook: (hook) =>
    hook === undefined ? NONE : callerError("debug.sethook is not supported yet"),

  /**
   * What is known of a function, or of the function at a level of the stack; nil for a level that
   * is not there. Of `what`, "n" (name), "S" (source), "l" (line), "u" (parameters) and "f"
   * (function) are known.
   *
   * @signature ([coroutine,] target [, what])
   * @manual 5.9
   * @throws LuaError "bad argument #1 to 'getinfo' (function or level expected)"
   */
  getinfo: (target, whatValue) => {
    if (target instanceof LuaThread) {
      return callerError("debug.getinfo of a coroutine is not supported yet");
    }
    const what = optionalString(whatValue, 2, "flnSu");
    const info = infoOf(target);
    if (info === undefined) return undefined;
    if (!/^[flnSuL]*$/.test(what)) return argumentError(2, "invalid option");
    if (what.includes("L")) return callerError("debug.getinfo's option 'L' is not supported yet");
    return infoTable(info, what);
  },

  /** The metatable of any value, whatever `__metatable` says. @signature (value) @manual 5.9 */
  getmetatable: (...values) => metatableOf(checkPassed(values, 1)),

  /** Gives any value a metatable: a table or userdata its own, others one for all of their type. */
  setmetatable: (...values) => {
    const [target, metatable] = values;
    if (!(metatable instanceof LuaTable) && (metatable !== undefined || values.length < 2)) {
      return argumentError(2, "nil or table expected");
    }
    if (target instanceof LuaUserdata && Object.isFrozen(target)) {
      return callerError("debug.setmetatable of a light userdata is not supported yet");
    }
    if (target instanceof LuaTable || target instanceof LuaUserdata) target.metatable = metatable;
    else setTypeMetatable(current.state, target, metatable);
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
    const thread = given[0] instanceof LuaThread ? given[0] : undefined;
    const values = thread === undefined ? given : given.slice(1);
    const [message, levelValue] = values;
    const isText = typeof message === "string" || typeof message === "number";
    if (values.length > 0 && !isText) return message;
    const isOther = thread !== undefined && thread !== current.thread;
    const level = optionalInteger(levelValue, thread === undefined ? 2 : 3, isOther ? 0 : 1);
    const stack = isOther ? threadStack(thread) : captureTraceback();
    const frames = level < 0 ? [] : stack.slice(level);
    const traceback = formatTraceback(frames, level);
    if (!isText) return traceback;
    return `${typeof message === "number" ? numberToString(message) : message}\n${traceback}`;
  },
});

export function openDebug(_state: LuaState): LuaTable {
  return libraryTable(debugLibrary);
}

/** The stack of another coroutine, also of one that an error ended. */
function threadStack(thread: LuaThread): readonly StackFrame[] {
  const deathStack = deathStackOf(thread);
  return deathStack === undefined ? stackOfThread(thread) : withoutReplaced(deathStack);
}

function unsupported(name: string): LuaFunction {
  return () => callerError(`debug.${name} is not supported yet`);
}

/** @param target A function, or a level: 0 is `getinfo`, 1 its caller. */
function infoOf(target: LuaValue): FunctionInfo | undefined {
  if (typeof target === "function") return describeFunction(target);
  const number = toNumber(target);
  if (number === undefined) return argumentError(1, "function or level expected");
  const level = Math.trunc(number);
  if (level < 0) return undefined;
  const frames = captureLevels(level + 2);
  const frame = frames[level];
  return frame === undefined ? undefined : describeFrame(frame, frames[level + 1]);
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
    table.setString("nparams", info.parameterCount);
    table.setString("isvararg", info.isVararg);
    if (info.what !== "Lua") table.setString("nups", 0);
  }
  if (what.includes("n")) {
    table.setString("name", info.calledName?.[1]);
    table.setString("namewhat", info.calledName?.[0] ?? "");
  }
  if (what.includes("f")) table.setString("func", info.callee);
  return table;
}

function setTypeMetatable(
  state: LuaState,
  target: LuaValue,
  metatable: LuaTable | undefined,
): void {
  const type = typeOf(target);
  if (metatable === undefined) Reflect.deleteProperty(state.typeMetatables, type);
  else state.typeMetatables[type] = metatable;
}
