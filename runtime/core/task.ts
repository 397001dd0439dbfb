/**
 * A call of the host into Lua that may wait: a request, a program. What it waits for tells the task
 * when to go on; in between, other tasks run.
 */
import { call, NONE, SUSP } from "./call.ts";
import { beginSlice, endSlice } from "./budget.ts";
import { current, REASON, TAIL_CALL_BUDGET } from "./current.ts";
import { toLuaError, type MessageHandler } from "./error.ts";
import { listOf, runFrames, type Base, type Frame } from "./frames.ts";
import type { Invocation } from "./invocation.ts";
import { heapFrames, type StackFrame } from "./stack.ts";
import type { LuaState } from "./state.ts";
import { raiseRejection, type Subscribe, type Waiter } from "./suspend.ts";
import { abandonFrames, innermostBase, raiseInnermost } from "./thread.ts";
import { withTraceback } from "./traceback.ts";
import type { LuaValue, Results } from "./value.ts";

/** Exactly one of these is called, once. */
export interface TaskEnd {
  ended(results: readonly LuaValue[]): void;
  /** @param error A `LuaError`, or a bug of ours. */
  failed(error: unknown): void;
}

/** Whose code called that of a base. */
export function callerOf(base: Base): Base | undefined {
  return base instanceof Task ? base.invocation?.caller : base.outer;
}

/** Whether the running code was called, directly or through others, by the code of a base. */
export function isCalledBy(caller: Base): boolean {
  let { base } = current;
  while (base !== undefined && base !== caller) base = callerOf(base);
  return base !== undefined;
}

export class Task implements Base {
  stack: Frame | undefined = undefined;
  depth = 0;
  readonly outer = undefined;
  private readonly state: LuaState;
  private end: TaskEnd | undefined;
  private messageHandler: MessageHandler | undefined = withTraceback;
  /** Counts what was waited for, so that whoever wakes the task late does nothing. */
  private waitCount = 0;
  /** Tells what it waits for that it was stopped. */
  private unsubscribe: (() => void) | undefined = undefined;

  readonly invocation: Invocation | undefined;

  /** @param invocation Whose limits it has to keep; without one it has none. */
  constructor(state: LuaState, end: TaskEnd, invocation?: Invocation) {
    this.state = state;
    this.end = end;
    this.invocation = invocation;
  }

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

  start(callee: LuaValue, values: readonly LuaValue[]): void {
    this.advance(() => call(callee, ...values));
  }

  /** Puts something between a task that is alive and whoever is told of its end. */
  interceptEnd(intercept: (end: TaskEnd) => TaskEnd): void {
    if (this.end !== undefined) this.end = intercept(this.end);
  }

  /** Ends a task; its code does not go on once it waits. */
  stop(error: unknown): void {
    abandonFrames(this);
    this.waitCount++;
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    this.invocation?.goesOn(this);
    this.finish()?.failed(error);
  }

  /** @param begin Gives the results to go on with, or raises an error there. */
  private advance(begin: () => Results): void {
    const { state } = this;
    const before = { ...current };
    const { messageHandler } = state;
    current.state = state;
    current.task = this;
    const { invocation } = this;
    current.invocation = invocation;
    current.base = this;
    current.thread = undefined;
    current.unyieldable = 0;
    current.tailBudget = TAIL_CALL_BUDGET;
    state.messageHandler = this.messageHandler;
    const outerSlice = invocation?.isLimited === true ? beginSlice(invocation) : undefined;
    let outcome: Results;
    try {
      outcome = runFrames(this, NONE, begin);
      while (outcome === SUSP && current.reason === REASON.preempt) {
        state.messageHandler = current.suspendedHandler;
        outcome = runFrames(this, NONE);
      }
    } catch (thrown) {
      this.fail(thrown);
      return;
    } finally {
      if (outerSlice !== undefined) endSlice(outerSlice);
      state.messageHandler = messageHandler;
      current.tailBudget = before.tailBudget;
      current.unyieldable = before.unyieldable;
      current.thread = before.thread;
      current.base = before.base;
      current.invocation = before.invocation;
      current.task = before.task;
      current.state = before.state;
    }
    if (outcome !== SUSP) {
      this.finish()?.ended(listOf(outcome));
      return;
    }
    this.messageHandler = current.suspendedHandler;
    this.wait(current.transfer as PromiseLike<Results> | Subscribe);
  }

  private fail(thrown: unknown): void {
    let error = thrown;
    try {
      error = toLuaError(thrown);
    } catch (bug) {
      error = bug;
    }
    this.finish()?.failed(error);
  }

  private wait(transfer: PromiseLike<Results> | Subscribe): void {
    if (!this.isAlive) {
      // Stopped while it ran.
      abandonFrames(this);
      return;
    }
    const count = ++this.waitCount;
    this.invocation?.waits(this);
    const waiter: Waiter = {
      wake: (results) => {
        if (!this.goesOn(count)) return;
        this.advance(() => results);
      },
      fail: (error) => {
        if (!this.goesOn(count)) return;
        this.advance(raiseInnermost(this, () => raiseRejection(error)));
      },
    };
    if (typeof transfer === "function") {
      const unsubscribe = transfer(waiter);
      if (count === this.waitCount) this.unsubscribe = unsubscribe;
    } else {
      transfer.then(waiter.wake, waiter.fail);
    }
  }

  /** @returns Whether the task still waits for this. */
  private goesOn(count: number): boolean {
    if (count !== this.waitCount) return false;
    this.waitCount++;
    this.unsubscribe = undefined;
    this.invocation?.goesOn(this);
    return true;
  }

  private finish(): TaskEnd | undefined {
    const { end } = this;
    this.end = undefined;
    this.invocation?.ended();
    return end;
  }
}
