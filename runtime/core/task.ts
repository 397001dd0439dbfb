/**
 * A call of the host into Lua that may wait: a request, a program. What it waits for tells the task
 * when to go on; in between, other tasks run.
 */
import { NONE, SUSP } from "./call.ts";
import { beginSlice, endSlice } from "./budget.ts";
import { current, REASON } from "./current.ts";
import { toLuaError, type MessageHandler } from "./error.ts";
import type { Frame } from "./frames.ts";
import type { Invocation } from "./invocation.ts";
import { runFrames, startFrames, takeTransfer, type Base } from "./runFrames.ts";
import { heapFrames } from "./heapStack.ts";
import type { StackFrame } from "./stack.ts";
import type { LuaState } from "./state.ts";
import { ignoreRejection, raiseRejection, type Subscribe, type Waiter } from "./suspend.ts";
import { abandonFrames, innermostBase, raiseInnermost } from "./thread.ts";
import { withTraceback } from "./traceback.ts";
import type { LuaValue, Results } from "./value.ts";

/** Exactly one of these is called, once. */
export interface TaskEnd {
  ended(results: Results): void;
  /** @param error A `LuaError`, or a bug of ours. */
  failed(error: unknown): void;
}

/** Whose code called that of a base. */
export function callerOf(base: Base): Base | undefined {
  return base instanceof Task ? base.invocation?.caller : base.outer;
}

/** What a task waits for. Whoever is told first of its end counts, and only while the task waits. */
class Wait implements Waiter {
  declare private readonly task: Task;
  /** Tells what is waited for that the task was stopped. */
  declare unsubscribe: (() => void) | undefined;

  constructor(task: Task) {
    this.task = task;
    this.unsubscribe = SUBSCRIBING;
  }

  wake(results: Results): void {
    this.task.goOn(this, results);
  }

  fail(error: unknown): void {
    this.task.goOn(this, NONE, () => raiseRejection(error));
  }

  for(promise: PromiseLike<Results>): void {
    this.unsubscribe = undefined;
    promise.then(
      (results) => {
        this.wake(results);
      },
      (error: unknown) => {
        this.fail(error);
      },
    );
  }
}

export class Task implements Base {
  declare stack: Frame | undefined;
  declare left: Frame | undefined;
  declare transfer: unknown;
  declare depth: number;
  declare readonly invocation: Invocation | undefined;
  declare private readonly state: LuaState;
  declare private end: TaskEnd | undefined;
  declare private messageHandler: MessageHandler | undefined;
  /** What it waits for, if it does. */
  declare private waiting: Wait | undefined;

  /**
   * Fields are set here: V8 runs field initializers as a function of their own.
   *
   * @param invocation Whose limits it has to keep; without one it has none.
   */
  constructor(state: LuaState, end: TaskEnd, invocation?: Invocation) {
    this.stack = undefined;
    this.left = undefined;
    this.transfer = undefined;
    this.depth = 0;
    this.invocation = invocation;
    this.state = state;
    this.end = end;
    this.messageHandler = withTraceback;
    this.waiting = undefined;
    invocation?.began();
  }

  get outer(): undefined {
    return undefined;
  }

  get thread(): undefined {
    return undefined;
  }

  // eslint-disable-next-line @typescript-eslint/class-literal-property-style -- a field would take memory in each
  get isTask(): boolean {
    return true;
  }

  // eslint-disable-next-line @typescript-eslint/class-literal-property-style -- a field would take memory in each
  get isBoundary(): boolean {
    return true;
  }

  /** Whether it has not ended. */
  get isAlive(): boolean {
    return this.end !== undefined;
  }

  /** Where it waits, innermost first. */
  frames(): StackFrame[] {
    const base = innermostBase(this);
    return this.state.enter(() => heapFrames(base.stack));
  }

  /** @param values The arguments: a single one as it is, or an array. */
  start(callee: LuaValue, values: Results): void {
    this.advance(values, undefined, callee);
  }

  /** Puts something between a task that is alive and whoever is told of its end. */
  interceptEnd(intercept: (end: TaskEnd) => TaskEnd): void {
    if (this.end !== undefined) this.end = intercept(this.end);
  }

  /** Ends a task; its code does not go on once it waits. */
  stop(error: unknown): void {
    abandonFrames(this);
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.unsubscribe?.();
    this.invocation?.goesOn(this);
    this.finish()?.failed(error);
  }

  /** What it waited for has ended. */
  goOn(wait: Wait, results: Results, raise?: () => never): void {
    if (wait !== this.waiting) return;
    if (wait.unsubscribe === SUBSCRIBING) {
      this.goOnLater(wait, results, raise);
      return;
    }
    this.waiting = undefined;
    this.invocation?.goesOn(this);
    this.advance(results, raise, NOTHING);
  }

  /** Waits that end at once would pile up on the stack. */
  private goOnLater(wait: Wait, results: Results, raise?: () => never): void {
    queueMicrotask(() => {
      this.goOn(wait, results, raise);
    });
  }

  /**
   * Runs its code until that waits or ends.
   *
   * @param results To go on with, or the arguments of what is called.
   * @param raise Instead: raises an error where the code goes on.
   * @param callee What is called first, if anything; nil is called too, and fails.
   */
  private advance(
    results: Results,
    raise: (() => Results) | undefined,
    callee: LuaValue | typeof NOTHING,
  ): void {
    const { state, invocation } = this;
    const { messageHandler } = state;
    const before = current.enter(state, this, invocation);
    state.messageHandler = this.messageHandler;
    let outerSlice: number | undefined;
    let outcome: Results;
    let failure: { readonly error: unknown } | undefined;
    try {
      if (invocation?.isLimited === true) {
        outerSlice = beginSlice(invocation);
        invocation.checkBefore(this);
      }
      if (callee !== NOTHING) outcome = startFrames(this, callee, results);
      else if (raise === undefined) outcome = runFrames(this, results);
      else outcome = runFrames(this, NONE, raiseInnermost(this, raise));
      while (outcome === SUSP && current.reason === REASON.preempt) {
        state.messageHandler = current.suspendedHandler;
        outcome = runFrames(this, NONE);
      }
      if (outcome === SUSP) this.messageHandler = current.suspendedHandler;
    } catch (thrown) {
      failure = { error: toError(thrown) };
    } finally {
      if (invocation !== undefined && outerSlice !== undefined) endSlice(invocation, outerSlice);
      state.messageHandler = messageHandler;
      current.exit(before);
    }
    if (failure !== undefined) this.finish()?.failed(failure.error);
    else if (outcome === SUSP) this.wait();
    else this.finish()?.ended(outcome);
  }

  /** Is called once the code has ended. Returns who is to be told. */
  private finish(): TaskEnd | undefined {
    const { end, invocation } = this;
    this.end = undefined;
    if (end === undefined) invocation?.stopTimer();
    else invocation?.ended();
    return end;
  }

  private wait(): void {
    const transfer = takeTransfer(this) as PromiseLike<Results> | Subscribe;
    if (!this.isAlive) {
      // Stopped while it ran.
      abandonFrames(this);
      if (typeof transfer !== "function") ignoreRejection(transfer);
      return;
    }
    const wait = new Wait(this);
    this.waiting = wait;
    this.invocation?.waits(this);
    if (typeof transfer === "function") this.subscribe(wait, transfer);
    else wait.for(transfer);
  }

  private subscribe(wait: Wait, subscribe: Subscribe): void {
    let unsubscribe: (() => void) | undefined;
    try {
      unsubscribe = subscribe(wait);
    } catch (bug) {
      // Nobody would ever wake it.
      this.stop(bug);
      return;
    }
    if (this.waiting === wait) wait.unsubscribe = unsubscribe;
    else unsubscribe?.();
  }
}

/** What is called by a task that goes on. */
const NOTHING = Symbol("nothing");

/** Stands for what a subscription in progress will return. */
const SUBSCRIBING = (): void => undefined;

/** A Lua error, or a bug of ours. */
function toError(thrown: unknown): unknown {
  try {
    return toLuaError(thrown);
  } catch (bug) {
    return bug;
  }
}
