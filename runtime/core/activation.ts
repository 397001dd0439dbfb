/**
 * Functions of accessible code (compiler/3-generate/accessible): their upvalues, and on record while they
 * run, their variables. The debug library reads and writes both; hooks are told through them what happens.
 *
 * `current.activations` has one for each call of such a function that is on the JavaScript stack, outermost first; those
 * that are suspended are in their frames. So who walks the stack (stack.ts) meets them in order.
 */
import { ClosureEnvironment, registerEnvironment } from "./closureEnvironment.ts";
import { current } from "./current.ts";
import { returned, traceCall } from "./hooks.ts";
import type { Script } from "./script.ts";
import type { LuaTable } from "./table.ts";
import type { LuaThread } from "./userdata.ts";
import type { LuaFunction, LuaValue } from "./value.ts";

/** A variable that closures share. The short name `v` is part of emitted code. */
export interface Box {
  v: LuaValue;
}

/** A variable of an activation. */
export type Slot = LuaValue | Box;

/** What a function of accessible code is made of; emitted code has it as `$env`. */
export class Closure extends ClosureEnvironment {
  /** In its script; 0 is the main function. */
  readonly functionIndex: number;
  /** Read by emitted code as `$up[0].v`: to join upvalues is to put another box in. */
  readonly upvalues: Box[];

  constructor(table: LuaTable, script: Script, functionIndex: number, upvalues: Box[]) {
    super(table, script);
    this.functionIndex = functionIndex;
    this.upvalues = upvalues;
  }
}

/** A call of a function of accessible code. */
export class Activation {
  readonly closure: Closure;
  /** By slot: values of variables, or boxes (host.ts, `DebugVariable`). */
  readonly locals: Slot[];
  /** The arguments beyond the parameters of a vararg function. */
  readonly varargs: LuaValue[];
  /** The line that hooks were told of last; 0 when the next one is new whichever it is. */
  line = 0;
  /** Whether the next instruction is reached by a jump backwards. */
  isBack = false;
  /** How many activations are outside of it, while it is on the stack. */
  depth = 0;
  /** The coroutine that it runs in. */
  thread: LuaThread | undefined = undefined;
  /** How many calls it has replaced by tail calls, one after the other; known in Lua 5.1 only. */
  tailCalls = 0;

  constructor(closure: Closure, locals: Slot[], varargs: LuaValue[]) {
    this.closure = closure;
    this.locals = locals;
    this.varargs = varargs;
  }
}

/**
 * The main function of an accessible chunk.
 *
 * @helper
 * @effects allocates
 */
export function mainClosure(table: LuaTable, script: Script): Closure {
  const closure = new Closure(table, script, 0, []);
  script.noteMain(closure);
  return closure;
}

/**
 * Makes a function of accessible code.
 *
 * @helper
 * @effects allocates
 */
export function makeAccessible(
  maker: Closure,
  functionIndex: number,
  factory: (closure: Closure, upvalues: Box[]) => LuaFunction,
  upvalues: Box[],
): LuaFunction {
  const closure = new Closure(maker.table, maker.script, functionIndex, upvalues);
  return registerEnvironment(closure, factory(closure, upvalues));
}

/** What a function of accessible code is made of; `undefined` for any other function. */
export function closureOf(target: LuaFunction): Closure | undefined {
  const environment = ClosureEnvironment.of(target);
  return environment instanceof Closure ? environment : undefined;
}

/**
 * A function of accessible code begins.
 *
 * @helper
 * @effects calls
 */
export function activate(closure: Closure, locals: Slot[], varargs: LuaValue[] = []): Activation {
  const activation = new Activation(closure, locals, varargs);
  push(activation);
  const { pendingTail } = current;
  if (pendingTail !== undefined) {
    if (pendingTail.callee === closure.callee) activation.tailCalls = pendingTail.count;
    current.pendingTail = undefined;
  }
  if (current.hookMask !== 0) {
    try {
      traceCall();
    } catch (thrown) {
      // The code that would end it is not entered.
      current.activations.length = activation.depth;
      throw thrown;
    }
  }
  return activation;
}

/**
 * It goes on after a suspension.
 *
 * @helper
 * @effects none
 */
export function reactivate(activation: Activation): void {
  push(activation);
}

/**
 * It ends, or suspends. Where the stack overflowed, inner ones may not have come this far: they end with it.
 *
 * @helper
 * @effects none
 */
export function deactivate(activation: Activation): void {
  current.activations.length = activation.depth;
  if (current.hookMask !== 0) returned();
}

/**
 * A tail call is next: Lua 5.1 counts those that a function has replaced.
 *
 * @helper
 * @effects none
 */
export function noteTailCall(activation: Activation, callee: LuaValue): void {
  if (!current.state.isPuc51) return;
  current.pendingTail = { callee, count: activation.tailCalls + 1 };
}

function push(activation: Activation): void {
  const { activations } = current;
  activation.depth = activations.length;
  activation.thread = current.thread;
  activations.push(activation);
}
