/**
 * The Lua stack, read off the JavaScript stack. Emitted functions run as ordinary JavaScript
 * functions and keep no record of their calls, so this is the only source of positions, and it
 * costs nothing until somebody asks.
 *
 * Calls that were suspended and resumed are partly on the heap: the JavaScript frame of who runs them
 * (frames.ts) stands for those that wait there. What a coroutine's code sees ends at its base.
 *
 * A JavaScript frame is a Lua frame when its file is a script of the state, a builtin when its
 * function's name carries `BUILTIN_PREFIX` (library.ts sets it), and invisible otherwise.
 */
import { current } from "./current.ts";
import type { FunctionRange, ScriptPlace, Site } from "../host.ts";
import type { Activation } from "./activation.ts";
import { heapFrames, LEFT_STACK_NAME, leftFrames } from "./heapStack.ts";
import type { Base } from "./runFrames.ts";
import type { Script } from "./script.ts";
import type { LuaThread } from "./userdata.ts";

/** Begins the JavaScript name of every builtin function; no emitted function's name contains it. */
export const BUILTIN_PREFIX = "lua ";

/** The JavaScript name of `runFrames` (runFrames.ts). */
export const RUN_FRAMES_NAME = "lua> frames";

export interface LuaFrame {
  readonly kind: "lua";
  readonly script: Script;
  readonly site: Site | undefined;
  readonly range: FunctionRange | undefined;
  /** Of a function of accessible code. */
  readonly activation?: Activation | undefined;
}

export interface BuiltinFrame {
  readonly kind: "builtin";
  /** Qualified: "string.rep". */
  readonly name: string;
}

export type StackFrame = LuaFrame | BuiltinFrame;

/**
 * Frames of helpers and the runtime that may lie between the Lua frames that are wanted: how many are
 * asked for at first, then, then. Most errors are found with the first few; each costs half a microsecond.
 */
const HIDDEN_FRAMES = [3, 24, Infinity];

/**
 * The innermost frames, innermost first.
 *
 * @param limit How many are wanted.
 * @param withReplaced Whether frames that a tail call has replaced, and Lua no longer sees, are
 *   among them.
 * @param below The function of the runtime whose callers are looked at: what is skipped costs next to nothing.
 */
export function captureStack(
  limit: number,
  withReplaced = false,
  below: (...values: never[]) => unknown = captureStack,
): StackFrame[] {
  const { lostStack } = current;
  if (lostStack?.base === current.base) {
    const frames = captureRest(Infinity, withReplaced, below);
    const inHandler = frames.slice(0, Math.max(0, frames.length - lostStack.outerCount));
    return [...inHandler, ...lostStack.frames].slice(0, limit);
  }
  return captureRest(limit, withReplaced, below);
}

/**
 * A stack that overflowed is gone when the message handler runs, which is to see it. Where this is set
 * all frames lie below those of the handler.
 */
export interface LostStack {
  readonly frames: readonly StackFrame[];
  /** How many of the frames below the handler are among them. */
  readonly outerCount: number;
  readonly base: Base;
}

/** Runs a message handler as if the frames that are lost were there. */
export function withLostStack<Result>(frames: readonly StackFrame[], run: () => Result): Result {
  const { lostStack: before, base } = current;
  current.lostStack = {
    frames,
    outerCount: captureRest(Infinity, false, withLostStack).length,
    base,
  };
  try {
    return run();
  } finally {
    current.lostStack = before;
  }
}

function captureRest(
  limit: number,
  withReplaced: boolean,
  below: (...values: never[]) => unknown,
): StackFrame[] {
  let frames: StackFrame[] = [];
  for (const hidden of HIDDEN_FRAMES) {
    const callSites = captureCallSites(limit + hidden, below);
    frames = toLuaFrames(callSites, { limit, withReplaced });
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

/** In PUC Lua 5.1, stands for a frame that a tail call has replaced: a level like any other. */
export const TAIL_FRAME: BuiltinFrame = { kind: "builtin", name: "(tail call)" };

/** All frames that a traceback is about; the host's is the last one, but not in a coroutine. */
export function captureTraceback(withReplaced = false): StackFrame[] {
  const frames = captureStack(Infinity, withReplaced);
  if (current.thread === undefined) frames.push(HOST_FRAME);
  return frames;
}

/** Whether a frame is that of the host. */
export function isHostFrame(frame: StackFrame | undefined): boolean {
  return frame === HOST_FRAME;
}

/** The frames of an error that the engine threw, as far as it recorded them. */
export function stackOf(error: { readonly stack?: unknown }): StackFrame[] {
  const sites = withStructuredStacks(() => error.stack);
  return Array.isArray(sites)
    ? toLuaFrames(sites as NodeJS.CallSite[], { isOver: true })
    : parseStack(String(sites));
}

/** @param below The function whose callers are wanted. */
function captureCallSites(
  limit: number,
  below: (...values: never[]) => unknown,
): NodeJS.CallSite[] {
  const limitBefore = Error.stackTraceLimit;
  Error.stackTraceLimit = limit;
  const holder: { stack?: unknown } = {};
  const sites = withStructuredStacks(() => {
    const { captureStackTrace } = Error as Partial<typeof Error>;
    captureStackTrace?.(holder, below);
    return holder.stack;
  });
  Error.stackTraceLimit = limitBefore;
  // Engines other than V8 give a text that names no builtins: without positions is better than with wrong ones.
  return Array.isArray(sites) ? (sites as NodeJS.CallSite[]) : [];
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

interface WantedFrames {
  readonly limit?: number;
  readonly withReplaced?: boolean;
  /** Of whose code; of the running coroutine or task unless said otherwise. */
  readonly of?: Base | undefined;
  /** Whether the calls may have ended since. */
  readonly isOver?: boolean;
}

/** Stops at a limit, because looking at a JavaScript frame costs a microsecond. */
function toLuaFrames(
  callSites: readonly CallSite[],
  {
    limit = Infinity,
    withReplaced = false,
    of = boundaryOf(current.base),
    isOver = false,
  }: WantedFrames = {},
): StackFrame[] {
  const frames: StackFrame[] = [];
  const add = (frame: StackFrame): void => {
    if (frames.length >= limit) return;
    if (withReplaced) frames.push(frame);
    else addUnlessReplaced(frame, frames);
  };
  // Each frame of accessible code has its activation, in the same order.
  const { activations } = current;
  let active = isOver ? 0 : activations.length;
  let base: Base | undefined = current.base;
  let owner = boundaryOf(base);
  let left = isOver ? undefined : current.leftStack;
  for (const callSite of callSites) {
    if (frames.length >= limit) break;
    const functionName = callSite.getFunctionName();
    if (left !== undefined && functionName === LEFT_STACK_NAME) {
      if (owner === of) leftFrames(left).forEach(add);
      left = left.outer;
      continue;
    }
    if (base !== undefined && functionName === RUN_FRAMES_NAME) {
      // Here are the frames that are still on the heap.
      if (owner === of) heapFrames(base.stack, limit - frames.length).forEach(add);
      if (base.isBoundary) {
        if (owner === of) break;
        owner = boundaryOf(base.outer);
      }
      base = base.outer;
      continue;
    }
    const frame = owner === of || active > 0 ? toFrame(callSite) : undefined;
    if (frame === undefined) continue;
    const isActive = active > 0 && frame.kind === "lua" && frame.script.isAccessible;
    const whole = isActive ? { ...frame, activation: activations[--active] } : frame;
    if (owner === of) add(whole);
  }
  return frames;
}

/** The coroutine or task that a base belongs to. */
function boundaryOf(base: Base | undefined): Base | undefined {
  let boundary = base;
  while (boundary !== undefined && !boundary.isBoundary) boundary = boundary.outer;
  return boundary;
}

/** The calls in progress in a coroutine, innermost first; it may run, wait, or have ended. */
export function stackOfThread(thread: LuaThread): StackFrame[] {
  if (thread.status === "suspended") {
    const frames = heapFrames(thread.stack);
    return frames.length === 0 ? [] : [{ kind: "builtin", name: "yield" }, ...frames];
  }
  const running = toLuaFrames(captureCallSites(Infinity, stackOfThread), { of: thread });
  return running.length === 0 ? heapFrames(thread.stack) : running;
}

/** The frames that Lua still sees. */
export function withoutReplaced(frames: readonly StackFrame[]): StackFrame[] {
  const kept: StackFrame[] = [];
  for (const frame of frames) addUnlessReplaced(frame, kept);
  return kept;
}

/**
 * Adds a frame to the inner ones, unless it made a tail call whose callee is among them: then it is
 * gone. In PUC Lua 5.1 only functions written in Lua take the place of their caller, and leave a mark.
 */
function addUnlessReplaced(frame: StackFrame, inner: StackFrame[]): void {
  const isTail = frame.kind === "lua" && frame.site?.isTail === true && inner.length > 0;
  if (!isTail) {
    inner.push(frame);
  } else if (current.isPuc51) {
    const callee = inner.at(-1);
    const isReplaced = callee?.kind === "lua" || callee === TAIL_FRAME;
    inner.push(isReplaced ? TAIL_FRAME : frame);
  }
}

/** What is looked at of a `NodeJS.CallSite`. */
type CallSite = Pick<
  NodeJS.CallSite,
  "getFunctionName" | "getFileName" | "getLineNumber" | "getColumnNumber"
>;

function toFrame(callSite: CallSite): StackFrame | undefined {
  const functionName = callSite.getFunctionName();
  if (functionName?.startsWith(BUILTIN_PREFIX) === true) {
    return { kind: "builtin", name: functionName.slice(BUILTIN_PREFIX.length) };
  }
  const place = placeOf(callSite);
  const text = place === undefined ? undefined : current.state.textNamed(place.scriptName);
  if (place === undefined || text === undefined) return undefined;
  const { line } = place;
  const { script } = text;
  return { kind: "lua", script, site: text.siteAt(line), range: text.functionAt(line) };
}

/** Where a frame is in emitted code, if it is in any. */
function placeOf(callSite: CallSite): ScriptPlace | undefined {
  const fileName = callSite.getFileName();
  if (typeof fileName !== "string") return undefined;
  const { host } = current.state;
  const line = callSite.getLineNumber() ?? 0;
  return (
    host.emittedPlace?.(fileName, line, callSite.getColumnNumber() ?? 0) ?? {
      scriptName: fileName,
      line,
    }
  );
}

/** Reads a stack that was turned into text before we could ask for it (another realm's error). */
function parseStack(stack: string): StackFrame[] {
  const matches = stack.matchAll(/^ +at (?:(.*) \()?(.*):(\d+):(\d+)\)?$/gm);
  const callSites = Array.from(matches, ([, name, file, line, column]) => ({
    getFunctionName: () => name ?? null,
    getFileName: () => file ?? null,
    getLineNumber: () => Number(line),
    getColumnNumber: () => Number(column),
  }));
  return toLuaFrames(callSites, { isOver: true });
}
