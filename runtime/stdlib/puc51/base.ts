/** Basic functions that do other things in PUC Lua 5.1 than in LuaJIT (manual 5.1). */
import { isBeyondBoundary, withinBoundary } from "../../core/boundary.ts";
import { cString } from "../../core/cString.ts";
import { call, first } from "../../core/call.ts";
import { current, REASON } from "../../core/current.ts";
import { raise } from "../../core/error.ts";
import { toNumber } from "../../core/number.ts";
import { parseInteger } from "../../core/otherBases.ts";
import { BuiltinFrame, builtinCode, firstOf, leave } from "../../core/frames.ts";
import { BUILTIN_PREFIX } from "../../core/stack.ts";
import { metamethod } from "../../core/metatable.ts";
import { suspend } from "../../core/suspend.ts";
import { createThread } from "../../core/thread.ts";
import { plainText } from "../../core/toText.ts";
import type { LuaFunction, LuaValue, Results } from "../../core/value.ts";
import {
  argumentError,
  callerError,
  checkFunction,
  checkInteger,
  checkString,
  optionalString,
} from "../arguments.ts";
import { checkPassed } from "../base/passed.ts";
import { Line } from "../base/conversions.ts";
import {
  failInHandler,
  handleWith,
  PCALL_CODE,
  protectedCall,
  XPCALL_CODE,
} from "../base/errors.ts";
import { wrapperOf } from "../coroutine.ts";
import { loadChunk } from "../base/loading.ts";
import { defineBuiltin } from "../library.ts";

/** The message is a string, that of C: it ends at a zero byte. */
export const assert51 = defineBuiltin("assert", (...values) => {
  const condition = checkPassed(values, 1);
  if (condition !== undefined && condition !== false) {
    return values.length === 1 ? condition : values;
  }
  return callerError(cString(optionalString(values[1], 2, "assertion failed!")));
});

const LOAD_CODE = builtinCode("load");
const LOADSTRING_CODE = builtinCode("loadstring");

/** Of a reader function only. */
export const load51 = defineBuiltin("load", (reader, nameValue) => {
  const name = optionalString(nameValue, 2, "=(load)");
  return loadChunk([checkFunction(reader, 1), name], LOAD_CODE);
});

export const loadstring51 = defineBuiltin("loadstring", (chunk, nameValue) => {
  const source = checkString(chunk, 1);
  return loadChunk([source, optionalString(nameValue, 2, source)], LOADSTRING_CODE);
});

/** A base other than 10 is that of C's `strtoul`, in which -1 is 2^64 - 1. */
export const tonumber51 = defineBuiltin("tonumber", (...values) => {
  const base = values[1] === undefined ? 10 : checkInteger(values[1], 2);
  if (base === 10) return toNumber(checkPassed(values, 1));
  const text = checkString(values[0], 1);
  if (base < 2 || base > 36) return argumentError(2, "base out of range");
  const number = parseInteger(text, base);
  if (number === undefined) return undefined;
  return number < 0 ? number + 2 ** 64 : Math.abs(number);
});

export const pcall51 = defineBuiltin("pcall", (...values) => {
  const callee = checkPassed(values, 1);
  return withinBoundary(() => protectedCall(PCALL_CODE, undefined, callee, values.slice(1)));
});

/** Without arguments for the function; the handler is not looked at before it is needed. */
export const xpcall51 = defineBuiltin("xpcall", (...values) => {
  const handler = checkPassed(values, 2);
  const messageHandler = typeof handler === "function" ? handleWith(handler) : failInHandler;
  return withinBoundary(() => protectedCall(XPCALL_CODE, messageHandler, values[0], []));
});

/** Only of functions written in Lua. */
export const create51 = defineBuiltin("coroutine.create", (body) =>
  createThread(checkLuaFunction(body)),
);

export const wrap51 = defineBuiltin("coroutine.wrap", (body) =>
  wrapperOf(createThread(checkLuaFunction(body))),
);

function checkLuaFunction(value: LuaValue): LuaFunction {
  const isLua = typeof value === "function" && !value.name.startsWith(BUILTIN_PREFIX);
  return isLua ? value : argumentError(1, "Lua function expected");
}

/** The error has no position: it is raised by C. */
export const yield51 = defineBuiltin("coroutine.yield", (...values) => {
  if (current.thread === undefined || current.unyieldable > 0 || isBeyondBoundary()) {
    return raise("attempt to yield across metamethod/C-call boundary");
  }
  return suspend(REASON.yield, values.length === 1 ? values[0] : values);
});

/** `tostring` stays on the stack while a metamethod makes the text. */
export const tostring51: LuaFunction = defineBuiltin("tostring", (...values): Results => {
  const value = checkPassed(values, 1);
  const handler = metamethod(value, "__tostring");
  if (handler === undefined) return plainText(value);
  const text = first(withinBoundary(() => call(handler, value)));
  return text === null ? leave(new TextFrame()) : text;
});

const TOSTRING_CODE = builtinCode("tostring");

/** A `tostring` whose metamethod was left. */
class TextFrame extends BuiltinFrame {
  constructor() {
    super(TOSTRING_CODE);
  }

  run(results: Results): Results {
    return firstOf(results);
  }
}

/** What `print` writes of each text ends at a zero byte. */
export const print51: LuaFunction = defineBuiltin("print", (...values) => {
  const convert = current.state.globals.getString("tostring");
  return new Line(values, convert, cString).print();
});
