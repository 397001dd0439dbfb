/**
 * Hooks (manual 5.9): functions that are called for each line, call, return, or so many instructions, of
 * accessible code, which checks `current.hookMask` everywhere. In LuaJIT all coroutines have one hook; in Lua 5.1 each
 * has its own.
 *
 * When a line is an event, both tell by the instruction before (`lj_dispatch_ins`, `traceexec`): it was on another line, or
 * behind this one, or in a function that was called just now. Where that one has returned, only LuaJIT sees the line again.
 */
import type { Activation } from "./activation.ts";
import { callAll, isArray, isSuspension, call } from "./call.ts";
import { current } from "./current.ts";
import type { Frame } from "./frames.ts";
import { heapFrames } from "./heapStack.ts";
import { BUILTIN_PREFIX } from "./stack.ts";
import type { LuaState } from "./state.ts";
import type { LuaThread } from "./userdata.ts";
import type { LuaFunction, LuaValue, Results } from "./value.ts";

/** The bits of masks, as in `lua_sethook`. */
export const EVENT = { call: 1, return: 2, line: 4, count: 8 } as const;

export interface Hook {
  readonly callee: LuaFunction;
  /** Of `EVENT`. */
  readonly mask: number;
  /** Instructions between two events. */
  readonly count: number;
  /** How many are left until the next one. */
  left: number;
}

/** Where a hook is set: in a state, or in one of its coroutines. */
export class HookSlot {
  hook: Hook | undefined = undefined;
  /** Hooks are not told of what a hook does. */
  isRunning = false;
  /** Whether the hook is still to be told that what set it has returned, as Lua 5.1 does. */
  owesReturn = false;
  /** The builtin that an event is about. */
  builtin: LuaFunction | undefined = undefined;
  /** While there is a hook: says that it need not be taken away when the state is closed. */
  ignoreClose: (() => void) | undefined = undefined;
}

const slots = new WeakMap<LuaState | LuaThread, HookSlot>();

/** Hooks that are set in any state that is not closed, by slot. */
const masks = new Map<HookSlot, number>();

/** Where the hook of a coroutine is, or of the main program. */
export function hookSlot(thread = current.thread): HookSlot {
  const owner = thread !== undefined && current.state.isPuc51 ? thread : current.state;
  let slot = slots.get(owner);
  if (slot === undefined) slots.set(owner, (slot = new HookSlot()));
  return slot;
}

/** @param hook `undefined` takes it away. */
export function setHook(slot: HookSlot, hook: Hook | undefined): void {
  slot.hook = hook;
  slot.owesReturn = current.state.isPuc51;
  slot.ignoreClose?.();
  slot.ignoreClose = undefined;
  if (hook !== undefined) {
    slot.ignoreClose = current.state.onClose(() => {
      setMask(slot, 0);
    });
  }
  setMask(slot, hook?.mask ?? 0);
  // LuaJIT takes no note of lines without a hook: the next one is new.
  if (!current.state.isPuc51) for (const activation of current.activations) activation.line = 0;
}

function setMask(slot: HookSlot, mask: number): void {
  if (mask === 0) masks.delete(slot);
  else masks.set(slot, mask);
  current.hookMask = [...masks.values()].reduce((all, each) => all | each, 0);
}

/**
 * An instruction of a line is next.
 *
 * @helper
 * @effects calls
 */
export function traceLine(activation: Activation, line: number): void {
  const slot = activeSlot();
  if (slot === undefined) return;
  if (slot.owesReturn) {
    slot.owesReturn = false;
    if ((mask(slot) & EVENT.return) !== 0) fire(slot, "return", undefined);
  }
  if ((mask(slot) & EVENT.count) !== 0) countInstruction(slot);
  const isNew = activation.line !== line || activation.isBack;
  activation.line = line;
  activation.isBack = false;
  if (isNew && (mask(slot) & EVENT.line) !== 0) fire(slot, "line", line);
}

/**
 * The same for an instruction that Lua 5.1 does not have.
 *
 * @helper
 * @effects calls
 */
export function traceExtraLine(activation: Activation, line: number): void {
  if (!current.state.isPuc51) traceLine(activation, line);
}

/**
 * A `for` begins. Lua 5.1 jumps to its end, and from there back to each turn.
 *
 * @helper
 * @effects calls
 */
export function traceLoopStart(activation: Activation, line: number): void {
  if (!current.state.isPuc51) return;
  traceLine(activation, line);
  activation.isBack = true;
}

/**
 * A function of accessible code returns.
 *
 * @helper
 * @effects calls
 */
export function traceReturn(activation: Activation): void {
  const slot = activeSlot();
  if (slot === undefined || (mask(slot) & EVENT.return) === 0) return;
  fire(slot, "return", undefined);
  for (let count = activation.tailCalls; count > 0; count--) {
    if ((mask(slot) & EVENT.return) !== 0) fire(slot, "tail return", undefined);
  }
}

/** A function of accessible code was called. */
export function traceCall(): void {
  const slot = activeSlot();
  if (slot !== undefined && (mask(slot) & EVENT.call) !== 0) fire(slot, "call", undefined);
}

/**
 * Calls a value; hooks are told of calls of builtins.
 *
 * @helper
 * @effects calls
 */
export function callTraced(callee: LuaValue, ...values: LuaValue[]): Results {
  if (typeof callee !== "function") return call(callee, ...values);
  if (!callee.name.startsWith(BUILTIN_PREFIX)) return callee(...values);
  if ((current.hookMask & EVENT.call) !== 0) traceBuiltin(callee, "call");
  const caller = current.activations.at(-1);
  const line = caller?.line;
  const results = callee(...values);
  const hasReturned = !isArray(results) || !isSuspension(results);
  if (hasReturned && caller !== undefined && line !== undefined && keepsPlace(callee)) {
    caller.line = line;
  }
  if ((current.hookMask & EVENT.return) !== 0 && current.state.isPuc51 && hasReturned) {
    traceBuiltin(callee, "return");
  }
  return results;
}

/**
 * Whether its caller's place is still known when a builtin has called Lua functions: LuaJIT keeps one for each call
 * of Lua out of C, and these two are no C.
 */
function keepsPlace({ name }: LuaFunction): boolean {
  return (
    !current.state.isPuc51 &&
    name !== `${BUILTIN_PREFIX}pcall` &&
    name !== `${BUILTIN_PREFIX}xpcall`
  );
}

/** A call of accessible code has ended, and its caller goes on. */
export function returned(): void {
  if (current.state.isPuc51) return;
  const caller = current.activations.at(-1);
  // Who resumed a coroutine goes on where it was.
  if (caller?.thread === current.thread && caller !== undefined) caller.line = 0;
}

/** A coroutine has yielded: to LuaJIT the line on which it will go on is new. @param stack Its frames. */
export function yielded(stack: Frame | undefined): void {
  if (current.state.isPuc51) return;
  for (const frame of heapFrames(stack)) {
    if (frame.kind !== "lua") continue;
    if (frame.activation !== undefined) frame.activation.line = 0;
    return;
  }
}

/** The hook that is to be told of what the running code does. */
function activeSlot(): HookSlot | undefined {
  const slot = hookSlot();
  return slot.hook === undefined || slot.isRunning ? undefined : slot;
}

function mask({ hook }: HookSlot): number {
  return hook?.mask ?? 0;
}

function countInstruction(slot: HookSlot): void {
  const { hook } = slot;
  if (hook === undefined || --hook.left > 0) return;
  hook.left = hook.count;
  fire(slot, "count", undefined);
}

/** Calls the hook, which can't wait. */
function fire(slot: HookSlot, event: string, line: number | undefined): void {
  const { hook } = slot;
  if (hook === undefined) return;
  const activation = current.activations.at(-1);
  const lineBefore = activation?.line ?? 0;
  const { pendingTail } = current;
  slot.isRunning = true;
  try {
    callAll(hook.callee, event, line);
  } finally {
    slot.isRunning = false;
    // What the hook calls is no business of the function that it looks at.
    if (activation !== undefined) activation.line = lineBefore;
    current.pendingTail = pendingTail;
  }
}

/** Tells of a builtin, as if it was on the stack. */
function traceBuiltin(callee: LuaFunction, event: "call" | "return"): void {
  const slot = activeSlot();
  if (slot === undefined || (mask(slot) & EVENT[event]) === 0) return;
  const { builtin } = slot;
  slot.builtin = callee;
  const frame = {
    [callee.name]: (): void => {
      fire(slot, event, undefined);
    },
  };
  try {
    frame[callee.name]?.();
  } finally {
    slot.builtin = builtin;
  }
}
