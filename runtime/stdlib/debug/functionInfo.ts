/** What `debug.getinfo` can tell about functions and stack levels (manual 5.9, `lua_getinfo`). */
import { closureOf } from "../../core/activation.ts";
import { mainScript } from "../../core/chunk.ts";
import { current } from "../../core/current.ts";
import { hookSlot } from "../../core/hooks.ts";
import { shortSource, type Script } from "../../core/script.ts";
import { BUILTIN_PREFIX, TAIL_FRAME, type LuaFrame, type StackFrame } from "../../core/stack.ts";
import type { LuaState } from "../../core/state.ts";
import { LuaTable } from "../../core/table.ts";
import { calledName } from "../../core/traceback.ts";
import type { LuaFunction } from "../../core/value.ts";
import type { FunctionDebugInfo } from "../../host.ts";

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
  /** The function in its script, where that is known: what is known of the function is looked up there. */
  readonly place: FunctionPlace | undefined;
}

export interface FunctionPlace {
  readonly script: Script;
  /** In the script; 0 is the main function. */
  readonly index: number;
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
  place: undefined,
};

const TAIL_INFO: FunctionInfo = {
  ...BUILTIN_INFO,
  source: "=(tail call)",
  shortSource: "(tail call)",
  what: "tail",
  calledName: ["", ""],
};

/** @param state Whose function it is. */
export function describeFunction(callee: LuaFunction, state = current.state): FunctionInfo {
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
      place: { script, index: 0 },
    };
  }
  const text = Function.prototype.toString.call(callee);
  const header = parseEmittedHeader(text);
  if (header === undefined) return { ...BUILTIN_INFO, callee };
  const candidates = placesOf(callee, { text, header, state });
  return {
    source: candidates[0]?.script.chunkName ?? sourceOf(header.shortSource),
    shortSource: header.shortSource,
    what: "Lua",
    firstLine: header.firstLine,
    lastLine: header.lastLine,
    currentLine: -1,
    parameterCount: header.parameterCount,
    isVararg: header.isVararg,
    calledName: undefined,
    callee,
    // The same text in several loaded scripts is the same function for all that is asked.
    place: candidates[0],
  };
}

/** @param caller The frame that called this one. */
export function describeFrame(frame: StackFrame, caller: StackFrame | undefined): FunctionInfo {
  const name = calledName(caller);
  if (frame === TAIL_FRAME) return TAIL_INFO;
  if (frame.kind === "builtin") {
    return { ...BUILTIN_INFO, calledName: name, callee: builtinNamed(frame.name) };
  }
  const { script, site, range } = frame;
  const isMain = range?.index === 0;
  const info = range === undefined ? undefined : script.debugInfo(range.index);
  return {
    source: script.chunkName,
    shortSource: script.shortSource,
    what: isMain ? "main" : "Lua",
    firstLine: range?.firstLine ?? -1,
    lastLine: range?.lastLine ?? -1,
    currentLine: site?.line ?? -1,
    parameterCount: info?.parameters.length,
    isVararg: info?.isVararg,
    calledName: name,
    callee: calleeOf(frame),
    place: range === undefined ? undefined : { script, index: range.index },
  };
}

/** The function of a stack level: known of accessible code, and of a main function. */
export function calleeOf({ activation, script, range }: LuaFrame): LuaFunction | undefined {
  if (activation !== undefined) return activation.closure.callee;
  return range?.index === 0 ? script.mainEnvironment?.callee : undefined;
}

/** What the source tells of a function; `undefined` for builtins, and where several may be meant. */
export function debugInfoOf({ place }: FunctionInfo): FunctionDebugInfo | undefined {
  return place?.script.debugInfo(place.index);
}

/** The builtin of a stack level, found in the table that it is a function of. */
function builtinNamed(name: string): LuaFunction | undefined {
  const { builtin } = hookSlot();
  if (builtin?.name === BUILTIN_PREFIX + name) return builtin;
  const dot = name.lastIndexOf(".");
  const { globals, loaded } = current.state;
  const holder = dot < 0 ? globals : loaded.getString(name.slice(0, dot));
  const value = holder instanceof LuaTable ? holder.getString(name.slice(dot + 1)) : undefined;
  // A program may have put another function there.
  return typeof value === "function" && value.name === BUILTIN_PREFIX + name ? value : undefined;
}

interface EmittedHeader {
  readonly shortSource: string;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly parameterCount: number;
  readonly isVararg: boolean;
}

/** Functions that this one may be: its emitted text tells, unless there are several of the same text. */
function placesOf(
  callee: LuaFunction,
  { text, header, state }: { text: string; header: EmittedHeader; state: LuaState },
): FunctionPlace[] {
  const closure = closureOf(callee);
  if (closure !== undefined) return [{ script: closure.script, index: closure.functionIndex }];
  const places: FunctionPlace[] = [];
  for (const script of state.scriptsCalled(header.shortSource)) {
    for (const { index } of script.functionsWithText(text, header.firstLine, header.lastLine)) {
      places.push({ script, index });
    }
  }
  return places;
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
    // Line breaks in the name of a chunk would end the comment (compiler/4-print/statementPrinter.ts).
    shortSource: shortSourceText.replaceAll("\u240a", "\n").replaceAll("\u240d", "\r"),
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

/** How messages name a function: "f.lua:3-9". */
export function placeText(info: Pick<FunctionInfo, "source" | "firstLine" | "lastLine">): string {
  const file = shortSource(info.source);
  return info.firstLine === 0
    ? `the main function of ${file}`
    : `the function at ${file}:${String(info.firstLine)}-${String(info.lastLine)}`;
}
