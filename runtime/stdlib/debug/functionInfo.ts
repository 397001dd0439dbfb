/** What `debug.getinfo` can tell about functions and stack levels (manual 5.9, `lua_getinfo`). */
import { mainScript } from "../../core/chunk.ts";
import { BUILTIN_PREFIX, TAIL_FRAME, type StackFrame } from "../../core/stack.ts";
import { calledName } from "../../core/traceback.ts";
import type { LuaFunction } from "../../core/value.ts";

/** Fields that are `undefined` can't be known. */
export interface FunctionInfo {
  readonly source: string;
  readonly shortSource: string;
  readonly what: "Lua" | "main" | "C" | "tail";
  /** From 1; 0 for a main chunk, -1 for a builtin. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** -1 for a function that is not looked at while it runs. */
  readonly currentLine: number;
  readonly parameterCount: number | undefined;
  readonly isVararg: boolean | undefined;
  /** How the call site calls it: `["global", "f"]`. */
  readonly calledName: readonly [kind: string, name: string] | undefined;
  readonly callee: LuaFunction | undefined;
}

const BUILTIN_INFO: FunctionInfo = {
  source: "=[C]",
  shortSource: "[C]",
  what: "C",
  firstLine: -1,
  lastLine: -1,
  currentLine: -1,
  parameterCount: 0,
  isVararg: true,
  calledName: undefined,
  callee: undefined,
};

const TAIL_INFO: FunctionInfo = {
  ...BUILTIN_INFO,
  source: "=(tail call)",
  shortSource: "(tail call)",
  what: "tail",
  calledName: ["", ""],
};

export function describeFunction(callee: LuaFunction): FunctionInfo {
  if (callee.name.startsWith(BUILTIN_PREFIX)) return { ...BUILTIN_INFO, callee };
  const script = mainScript(callee);
  if (script !== undefined) {
    return {
      ...BUILTIN_INFO,
      source: script.chunkName,
      shortSource: script.shortSource,
      what: "main",
      firstLine: 0,
      lastLine: 0,
      callee,
    };
  }
  const header = parseEmittedHeader(Function.prototype.toString.call(callee));
  if (header === undefined) return { ...BUILTIN_INFO, callee };
  return {
    source: sourceOf(header.shortSource),
    shortSource: header.shortSource,
    what: "Lua",
    firstLine: header.firstLine,
    lastLine: header.lastLine,
    currentLine: -1,
    parameterCount: header.parameterCount,
    isVararg: header.isVararg,
    calledName: undefined,
    callee,
  };
}

/** @param caller The frame that called this one. */
export function describeFrame(frame: StackFrame, caller: StackFrame | undefined): FunctionInfo {
  const name = calledName(caller);
  if (frame === TAIL_FRAME) return TAIL_INFO;
  if (frame.kind === "builtin") return { ...BUILTIN_INFO, calledName: name };
  const { script, site, range } = frame;
  const isMain = range?.index === 0;
  return {
    source: script.chunkName,
    shortSource: script.shortSource,
    what: isMain ? "main" : "Lua",
    firstLine: range?.firstLine ?? -1,
    lastLine: range?.lastLine ?? -1,
    currentLine: site?.line ?? -1,
    parameterCount: isMain ? 0 : undefined,
    isVararg: isMain ? true : undefined,
    calledName: name,
    callee: undefined,
  };
}

interface EmittedHeader {
  readonly shortSource: string;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly parameterCount: number;
  readonly isVararg: boolean;
}

const HEADER = /^function [^(]*\(([^)]*)\) \{\s*\/\/ (.*):(\d+)-(\d+)(?: #\w+)?\s*$/m;

/**
 * Reads the comment that the compiler puts at the beginning of every function, which is all that a
 * bare function tells about itself (compiler/3-generate/function.ts):
 *
 *     function name$1(a, b, ...$va) {
 *       // app/x.lua:3-9
 */
export function parseEmittedHeader(text: string): EmittedHeader | undefined {
  const match = HEADER.exec(text);
  if (match === null) return undefined;
  const [, parameterList = "", shortSourceText = "", firstLine, lastLine] = match;
  const parameters = parameterList.split(",").filter((parameter) => parameter.trim() !== "");
  const isVararg = parameterList.includes("...");
  return {
    shortSource: shortSourceText,
    firstLine: Number(firstLine),
    lastLine: Number(lastLine),
    parameterCount: parameters.length - (isVararg ? 1 : 0),
    isVararg,
  };
}

/** The chunk name that most likely has this short form: a text, a name like "[builtin x]", a file. */
function sourceOf(short: string): string {
  const text = /^\[string "(.*)"\]$/s.exec(short);
  if (text !== null) return text[1] ?? "";
  return /^[[(]/.test(short) || short === "stdin" ? `=${short}` : `@${short}`;
}
