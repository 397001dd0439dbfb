/**
 * An invocation: one call of a function of a project, with the limits it has to keep and all tasks
 * that run for it. Beyond a limit its code is stopped wherever it is: running code at its next
 * checkpoint (budget.ts), waiting tasks at once.
 */
import type { HttpCall } from "../http.ts";
import { beginSlice, endSlice } from "./budget.ts";
import { current, NO_BASE } from "./current.ts";
import type { Dated } from "./deadlines.ts";
import type { Generation, LoadedModule } from "./generation.ts";
import type { Base } from "./runFrames.ts";
import type { Span } from "./span.ts";
import type { LuaState } from "./state.ts";
import { stopped, type Stopped } from "./stopped.ts";
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

export class Invocation implements Dated {
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
  readonly deadlineMs: number;
  due: Dated["due"] = undefined;
  nextDue: Dated | undefined = undefined;
  previousDue: Dated | undefined = undefined;
  private readonly isInterrupted: (() => boolean) | undefined;
  private cpuUsedMs = 0;
  /** A task that waits: most never have more than one at a time. */
  private waiting: Task | undefined = undefined;
  /** All others that do. */
  private othersWaiting: Set<Task> | undefined = undefined;
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

  /** Charges for CPU time that the host uses for tasks that wait, and ends these when the budget is used up. */
  chargeWaiting(passedMs: number): void {
    this.cpuUsedMs += passedMs;
    if (this.cpuUsedMs >= this.limits.cpuMs) this.endWaiting("cpu");
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
    if (this.waiting === undefined) this.waiting = task;
    else (this.othersWaiting ??= new Set()).add(task);
    if (this.due === undefined && this.deadlineMs !== Infinity) this.state.deadlines.add(this);
  }

  /** A task no longer waits. */
  goesOn(task: Task): void {
    if (this.waiting === task) this.waiting = undefined;
    else this.othersWaiting?.delete(task);
  }

  /** A task has ended. */
  ended(): void {
    this.taskCount--;
    if (this.taskCount === 0 && this.closers !== undefined) this.close(this.closers);
    this.stopTimer();
  }

  /** The code of a task that was stopped while it ran has come to its end. */
  stopTimer(): void {
    if (this.waiting !== undefined) return;
    if (this.othersWaiting !== undefined && this.othersWaiting.size > 0) return;
    this.state.deadlines.remove(this);
  }

  /** Ends its tasks that wait, once `isInterrupted` says so; running ones see that for themselves. */
  interruptWaiting(): void {
    this.stopTasks((task) => stopped("interrupted", INTERRUPTED_TEXT, task.frames()));
  }

  /** Ends its tasks that wait where they wait: the host ran into a limit while it did something for them. */
  endWaiting(reason: Stopped["reason"]): void {
    if (reason === "time") this.stopWaiting();
    else if (reason === "interrupted") this.interruptWaiting();
    else this.stopTasks((task) => stopped("cpu", this.budgetText, task.frames()));
  }

  private close(closers: Set<() => void>): void {
    this.closers = undefined;
    for (const closer of closers) closer();
  }

  /** Ends its tasks that wait: the deadline is over. */
  stopWaiting(): void {
    this.state.deadlines.remove(this);
    // Who waits for this one first, lest it catch the error and go on.
    if (this.outer?.deadlineMs === this.deadlineMs) this.outer.stopWaiting();
    this.stopTasks((task) => stopped("time", this.timeoutText, task.frames()));
  }

  private stopTasks(reason: (task: Task) => unknown): void {
    // Who is told of an end may begin to wait.
    for (let task = this.someWaiting; task !== undefined; task = this.someWaiting) {
      task.stop(reason(task));
    }
  }

  private get someWaiting(): Task | undefined {
    return this.waiting ?? this.othersWaiting?.values().next().value;
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
