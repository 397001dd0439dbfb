/**
 * A call of the host into Lua that may wait: a request, a program. What it waits for tells the task
 * when to go on; in between, other tasks run.
 */
import { call, NONE, SUSP } from "./call.ts";
import { current, TAIL_CALL_BUDGET } from "./current.ts";
import { toLuaError, type MessageHandler } from "./error.ts";
import { listOf, runFrames, type Base, type Frame } from "./frames.ts";
import type { LuaState } from "./state.ts";
import { raiseRejection, type Subscribe, type Waiter } from "./suspend.ts";
import { raiseInnermost } from "./thread.ts";
import { withTraceback } from "./traceback.ts";
import type { LuaValue, Results } from "./value.ts";

/** Exactly one of these is called, once. */
export interface TaskEnd {
  ended(results: readonly LuaValue[]): void;
  /** @param error A `LuaError`, or a bug of ours. */
  failed(error: unknown): void;
}

export class Task implements Base {
  stack: Frame | undefined = undefined;
  readonly outer = undefined;
  readonly isThread = false;
  private readonly state: LuaState;
  private end: TaskEnd | undefined;
  private messageHandler: MessageHandler | undefined = withTraceback;
  /** Counts what was waited for, so that whoever wakes the task late does nothing. */
  private waitCount = 0;

  constructor(state: LuaState, end: TaskEnd) {
    this.state = state;
    this.end = end;
  }

  start(callee: LuaValue, values: readonly LuaValue[]): void {
    this.advance(() => call(callee, ...values));
  }

  /** Ends a task that waits; its code does not go on. */
  stop(error: unknown): void {
    this.stack = undefined;
    this.waitCount++;
    this.finish()?.failed(error);
  }

  private goOn(results: Results): void {
    this.advance(() => results);
  }

  private goOnWith(error: unknown): void {
    this.advance(raiseInnermost(this, () => raiseRejection(error)));
  }

  /** @param begin Gives the results to go on with, or raises an error there. */
  private advance(begin: () => Results): void {
    const { state: stateBefore, base, thread, unyieldable, tailBudget } = current;
    const { state } = this;
    const { messageHandler } = state;
    current.state = state;
    current.base = this;
    current.thread = undefined;
    current.unyieldable = 0;
    current.tailBudget = TAIL_CALL_BUDGET;
    state.messageHandler = this.messageHandler;
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
      state.messageHandler = messageHandler;
      current.tailBudget = tailBudget;
      current.unyieldable = unyieldable;
      current.thread = thread;
      current.base = base;
      current.state = stateBefore;
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
    const waiter: Waiter = {
      wake: (results) => {
        if (count !== this.waitCount) return;
        this.waitCount++;
        this.goOn(results);
      },
      fail: (error) => {
        if (count !== this.waitCount) return;
        this.waitCount++;
        this.goOnWith(error);
      },
    };
    if (typeof transfer === "function") transfer(waiter);
    else transfer.then(waiter.wake, waiter.fail);
  }

  private finish(): TaskEnd | undefined {
    const { end } = this;
    this.end = undefined;
    return end;
  }
}
