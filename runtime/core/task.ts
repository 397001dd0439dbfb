/**
 * A call of the host into Lua that may wait: a request, a program. What it waits for tells the task
 * when to go on; in between, other tasks run.
 */
import { call, NONE, SUSP } from "./call.ts";
import { beginSlice, endSlice } from "./budget.ts";
import { current, TAIL_CALL_BUDGET } from "./current.ts";
import { toLuaError, type MessageHandler } from "./error.ts";
import { listOf, runFrames, type Base, type Frame } from "./frames.ts";
import type { Invocation } from "./invocation.ts";
import { heapFrames, type StackFrame } from "./stack.ts";
import type { LuaState } from "./state.ts";
import { raiseRejection, type Subscribe, type Waiter } from "./suspend.ts";
import { innermostBase, raiseInnermost } from "./thread.ts";
import { withTraceback } from "./traceback.ts";
import type { LuaValue, Results } from "./value.ts";

/** Exactly one of these is called, once. */
export interface TaskEnd {
  ended(results: readonly LuaValue[]): void;
  /** @param error A `LuaError`, or a bug of ours. */
  failed(error: unknown): void;
}

/** Whether the running code was called, directly or through others, by the code of a base. */
export function isCalledBy(caller: Base): boolean {
  let { base } = current;
  while (base !== undefined) {
    if (base === caller) return true;
    base = base instanceof Task ? base.invocation?.caller : base.outer;
  }
  return false;
}

export class Task implements Base {
  stack: Frame | undefined = undefined;
  readonly outer = undefined;
  private readonly state: LuaState;
  private end: TaskEnd | undefined;
  private messageHandler: MessageHandler | undefined = withTraceback;
  /** Counts what was waited for, so that whoever wakes the task late does nothing. */
  private waitCount = 0;

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

  /** Ends a task that waits; its code does not go on. */
  stop(error: unknown): void {
    this.stack = undefined;
    this.waitCount++;
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
      while (outcome === SUSP && current.reason === "preempt") {
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
    if (typeof transfer === "function") transfer(waiter);
    else transfer.then(waiter.wake, waiter.fail);
  }

  /** @returns Whether the task still waits for this. */
  private goesOn(count: number): boolean {
    if (count !== this.waitCount) return false;
    this.waitCount++;
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
