/**
 * An invocation: one call of a function of a project, with the limits it has to keep and all tasks
 * that run for it. Beyond a limit its code is stopped wherever it is: running code at its next
 * checkpoint (budget.ts), waiting tasks at once.
 */
import type { HttpCall } from "../http.ts";
import { beginSlice, endSlice } from "./budget.ts";
import { current, NO_BASE } from "./current.ts";
import type { Generation, LoadedModule } from "./generation.ts";
import type { Base } from "./runFrames.ts";
import type { Span } from "./span.ts";
import type { LuaState } from "./state.ts";
import { stopped } from "./stopped.ts";
import type { Task } from "./task.ts";

export interface InvocationLimits {
  /** CPU time of its code, in milliseconds. */
  readonly cpuMs: number;
  /** Time from its beginning, waiting included, in milliseconds. */
  readonly timeoutMs: number;
  /**
   * Whether somebody wants its code to end, as by Ctrl-C. Asked where limits are looked at; once true it has to stay
   * so. Holds for what is called from within too.
   */
  readonly isInterrupted?: (() => boolean) | undefined;
}

export class Invocation {
  readonly limits: InvocationLimits;
  /** How many invocations are around this one, each waiting for the next. */
  readonly depth: number;
  /** The code that waits for it; `undefined` when the host does. */
  readonly caller: Base | undefined;
  readonly state: LuaState;
  /** Who called. */
  readonly outer: Invocation | undefined;
  /** The function, once it is called. */
  functionName: string | undefined = undefined;
  /** Whose modules it sees. */
  generation: Generation;
  /** Who owns what it plans for later, such as timers; its function when this is `undefined`. */
  owner: LoadedModule | undefined = undefined;
  /** What its calls are steps of; `undefined` in programs. */
  span: Span | undefined = undefined;
  /** Whether it is a statement that somebody typed: what it opens is for the next ones, too. */
  isTyped = false;
  /** The request that it answers, if it does. */
  request: HttpCall | undefined = undefined;
  /** As the clock of the host tells time. */
  private readonly deadlineMs: number;
  private readonly isInterrupted: (() => boolean) | undefined;
  private cpuUsedMs = 0;
  /** Made when one waits: most never do. */
  private waiting: Set<Task> | undefined = undefined;
  private cancelTimer: (() => void) | undefined = undefined;
  /** How many of its tasks have not ended. */
  private taskCount = 0;
  private closers: Set<() => void> | undefined = undefined;

  /** @param outer Who called; its deadline counts too. */
  constructor(state: LuaState, limits: InvocationLimits, outer?: Invocation) {
    this.state = state;
    this.limits = limits;
    this.outer = outer;
    this.generation = outer?.generation ?? state.generation;
    // Not only with an outer invocation: programs have none.
    this.caller = current.base === NO_BASE ? undefined : current.base;
    this.depth = outer === undefined ? 0 : outer.depth + 1;
    this.isInterrupted = limits.isInterrupted ?? outer?.isInterrupted;
    const deadlineMs =
      limits.timeoutMs === Infinity ? Infinity : state.host.clock.nowMs() + limits.timeoutMs;
    this.deadlineMs = outer === undefined ? deadlineMs : Math.min(deadlineMs, outer.deadlineMs);
  }

  /** Whether its code is to be looked after while it runs. */
  get isLimited(): boolean {
    const { limits, deadlineMs, isInterrupted } = this;
    return limits.cpuMs !== Infinity || deadlineMs !== Infinity || isInterrupted !== undefined;
  }

  /**
   * Charges for CPU time.
   *
   * @throws Stopped beyond a limit
   */
  charge(passedMs: number, nowMs: number): void {
    this.cpuUsedMs += passedMs;
    if (this.cpuUsedMs >= this.limits.cpuMs) throw stopped("cpu", this.budgetText);
    if (nowMs >= this.deadlineMs) throw stopped("time", this.timeoutText);
    if (this.isInterrupted?.() === true) throw stopped("interrupted", INTERRUPTED_TEXT);
  }

  /** Charges for CPU time where nothing may be thrown; `checkBefore` does so. */
  chargeLater(passedMs: number): void {
    this.cpuUsedMs += passedMs;
  }

  /**
   * Is called before a task goes on.
   *
   * @throws Stopped when the budget is used up, or somebody interrupted it
   */
  checkBefore(task: Task): void {
    if (this.cpuUsedMs >= this.limits.cpuMs) throw stopped("cpu", this.budgetText, task.frames());
    if (this.isInterrupted?.() === true) {
      throw stopped("interrupted", INTERRUPTED_TEXT, task.frames());
    }
  }

  /**
   * @param closer Gives up what belongs to the invocation, such as a connection, when its last task has ended.
   * @returns Takes it back.
   */
  onEnd(closer: () => void): () => void {
    const closers = (this.closers ??= new Set());
    closers.add(closer);
    return () => {
      closers.delete(closer);
    };
  }

  /** It has another task. */
  began(): void {
    this.taskCount++;
  }

  /** A task of the invocation begins to wait. */
  waits(task: Task): void {
    (this.waiting ??= new Set()).add(task);
    if (this.cancelTimer !== undefined || this.deadlineMs === Infinity) return;
    const { clock } = this.state.host;
    const stopAll = (): void => {
      this.stopWaiting();
    };
    this.cancelTimer = clock.after(this.deadlineMs - clock.nowMs(), stopAll, true);
  }

  /** A task no longer waits. */
  goesOn(task: Task): void {
    this.waiting?.delete(task);
  }

  /** A task has ended. */
  ended(): void {
    this.taskCount--;
    if (this.taskCount === 0 && this.closers !== undefined) this.close(this.closers);
    this.stopTimer();
  }

  /** The code of a task that was stopped while it ran has come to its end. */
  stopTimer(): void {
    if (this.waiting !== undefined && this.waiting.size > 0) return;
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }

  /** Ends its tasks that wait, once `isInterrupted` says so; running ones see that for themselves. */
  interruptWaiting(): void {
    for (const task of this.waiting ?? []) {
      task.stop(stopped("interrupted", INTERRUPTED_TEXT, task.frames()));
    }
  }

  private close(closers: Set<() => void>): void {
    this.closers = undefined;
    for (const closer of closers) closer();
  }

  private stopWaiting(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    // Who waits for this one first, lest it catch the error and go on.
    if (this.outer?.deadlineMs === this.deadlineMs) this.outer.stopWaiting();
    for (const task of this.waiting ?? [])
      task.stop(stopped("time", this.timeoutText, task.frames()));
  }

  private get budgetText(): string {
    return `the CPU budget of ${duration(this.limits.cpuMs)} is used up`;
  }

  private get timeoutText(): string {
    return `the timeout of ${duration(this.limits.timeoutMs)} is over`;
  }
}

/** As `lua` says it. */
const INTERRUPTED_TEXT = "interrupted!";

/** Runs code of the host that may call Lua, for an invocation whose task does not run. */
export function runWithin<Result>(invocation: Invocation | undefined, run: () => Result): Result {
  const { invocation: before } = current;
  const outerSlice = invocation?.isLimited === true ? beginSlice(invocation) : undefined;
  current.invocation = invocation;
  try {
    return run();
  } finally {
    current.invocation = before;
    if (invocation !== undefined && outerSlice !== undefined) endSlice(invocation, outerSlice);
  }
}

/** "1 s", "250 ms" */
function duration(lengthMs: number): string {
  return lengthMs < 1000 ? `${String(lengthMs)} ms` : `${String(lengthMs / 1000)} s`;
}
