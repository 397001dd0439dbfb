/**
 * The Lua stack, read off the JavaScript stack. Emitted functions run as ordinary JavaScript
 * functions and keep no record of their calls, so this is the only source of positions, and it
 * costs nothing until somebody asks.
 *
 * A JavaScript frame is a Lua frame when its file is a script of the state, a builtin when its
 * function's name carries `BUILTIN_PREFIX` (library.ts sets it), and invisible otherwise.
 */
import { current } from "./current.ts";
import type { FunctionRange, Site } from "../host.ts";
import type { Script } from "./script.ts";

/** Begins the JavaScript name of every builtin function; no emitted function's name contains it. */
export const BUILTIN_PREFIX = "lua ";

export interface LuaFrame {
  readonly kind: "lua";
  readonly script: Script;
  readonly site: Site | undefined;
  readonly range: FunctionRange | undefined;
}

export interface BuiltinFrame {
  readonly kind: "builtin";
  /** Qualified: "string.rep". */
  readonly name: string;
}

export type StackFrame = LuaFrame | BuiltinFrame;

/**
 * Frames of helpers and the runtime that may lie between the Lua frames that are wanted: how many are
 * asked for at first, then, then. Most errors are found with the first few; each costs a microsecond.
 */
const HIDDEN_FRAMES = [4, 24, Infinity];

/**
 * The innermost frames, innermost first.
 *
 * @param limit How many are wanted.
 * @param withReplaced Whether frames that a tail call has replaced, and Lua no longer sees, are
 *   among them.
 */
export function captureStack(limit: number, withReplaced = false): StackFrame[] {
  let frames: StackFrame[] = [];
  for (const hidden of HIDDEN_FRAMES) {
    const callSites = captureCallSites(limit + hidden);
    frames = toLuaFrames(callSites, limit, withReplaced);
    if (frames.length === limit || callSites.length < limit + hidden) break;
  }
  return frames;
}

/**
 * As `captureStack`, with the host's frame behind the outermost function: to LuaJIT it is the C
 * function that runs the program, a level like any other.
 */
export function captureLevels(limit: number): StackFrame[] {
  const frames = captureStack(limit);
  if (frames.length < limit) frames.push(HOST_FRAME);
  return frames;
}

const HOST_FRAME: BuiltinFrame = { kind: "builtin", name: "" };

/** The frames of an error that the engine threw, as far as it recorded them. */
export function stackOf(error: { readonly stack?: unknown }): StackFrame[] {
  const sites = withStructuredStacks(() => error.stack);
  return Array.isArray(sites) ? toLuaFrames(sites as NodeJS.CallSite[]) : parseStack(String(sites));
}

function captureCallSites(limit: number): NodeJS.CallSite[] {
  const limitBefore = Error.stackTraceLimit;
  Error.stackTraceLimit = limit;
  const holder: { stack?: unknown } = {};
  const sites = withStructuredStacks(() => {
    Error.captureStackTrace(holder, captureStack);
    return holder.stack;
  });
  Error.stackTraceLimit = limitBefore;
  return sites as NodeJS.CallSite[];
}

function withStructuredStacks(read: () => unknown): unknown {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is put back, never called
  const prepareBefore = Error.prepareStackTrace;
  Error.prepareStackTrace = (_error, sites) => sites;
  try {
    return read();
  } finally {
    Error.prepareStackTrace = prepareBefore;
  }
}

/** Stops at a limit, because looking at a JavaScript frame costs a microsecond. */
function toLuaFrames(
  callSites: readonly NodeJS.CallSite[],
  limit = Infinity,
  withReplaced = false,
): StackFrame[] {
  const frames: StackFrame[] = [];
  for (const callSite of callSites) {
    if (frames.length >= limit) break;
    const frame = toFrame(callSite);
    if (frame !== undefined && (withReplaced || !isReplaced(frame, frames))) frames.push(frame);
  }
  return frames;
}

/** Whether a frame made a tail call whose callee is among the inner frames: then it is gone. */
function isReplaced(frame: StackFrame, inner: readonly StackFrame[]): boolean {
  return frame.kind === "lua" && frame.site?.isTail === true && inner.length > 0;
}

/** The frames that Lua still sees. */
export function withoutReplaced(frames: readonly StackFrame[]): StackFrame[] {
  const kept: StackFrame[] = [];
  for (const frame of frames) if (!isReplaced(frame, kept)) kept.push(frame);
  return kept;
}

function toFrame(
  callSite: Pick<NodeJS.CallSite, "getFunctionName" | "getFileName" | "getLineNumber">,
): StackFrame | undefined {
  const functionName = callSite.getFunctionName();
  if (functionName?.startsWith(BUILTIN_PREFIX) === true) {
    return { kind: "builtin", name: functionName.slice(BUILTIN_PREFIX.length) };
  }
  const fileName = callSite.getFileName();
  const script = typeof fileName === "string" ? current.state.scriptNamed(fileName) : undefined;
  if (script === undefined) return undefined;
  const line = callSite.getLineNumber() ?? 0;
  return { kind: "lua", script, site: script.siteAt(line), range: script.functionAt(line) };
}

/** Reads a stack that was turned into text before we could ask for it (another realm's error). */
function parseStack(stack: string): StackFrame[] {
  const frames: StackFrame[] = [];
  for (const [, name, file, line] of stack.matchAll(/^ +at (?:(.*) \()?(.*):(\d+):\d+\)?$/gm)) {
    const frame = toFrame({
      getFunctionName: () => name ?? null,
      getFileName: () => file ?? null,
      getLineNumber: () => Number(line),
    });
    if (frame !== undefined && !isReplaced(frame, frames)) frames.push(frame);
  }
  return frames;
}
