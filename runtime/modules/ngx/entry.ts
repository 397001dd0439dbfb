/**
 * An entry: a task that the host began (a request, a program, a timer's callback), with the light
 * threads that run for it. As in OpenResty, it has ended when all of them have, and until then who waits
 * for the task is told nothing; when it fails, they end with it.
 */
import { listOf } from "../../core/frames.ts";
import type { LuaState } from "../../core/state.ts";
import type { Task, TaskEnd } from "../../core/task.ts";
import type { LuaValue } from "../../core/value.ts";
import type { LightThread } from "./lightThread.ts";

const entries = new WeakMap<Task, Entry>();

/** The entry of a task, which may be that of a light thread. */
export function entryOf(task: Task): Entry {
  return entries.get(task) ?? new Entry(task);
}

/** As `HostClock.after`, for what a task waits for: one in the background keeps no process alive. */
export function after(
  { state, task }: { readonly state: LuaState; readonly task: Task | undefined },
  delayMs: number,
  callback: () => void,
): () => void {
  return state.host.clock.after(delayMs, callback, isInBackground(task));
}

/** Whether a task runs in the background: a call of a timer, or a part of one. */
export function isInBackground(task: Task | undefined): boolean {
  return task !== undefined && entries.get(task)?.isBackground === true;
}

export class Entry {
  /** Whether the process may end before it does. */
  readonly isBackground: boolean;
  /** How many light threads are being started, one inside the other. */
  startDepth = 0;
  /** Some light thread was lost. */
  hasLost = false;
  private readonly task: Task;
  private readonly threads = new Set<LightThread>();
  /** What gives up whatever was opened on its behalf. */
  private readonly closers = new Set<() => void>();
  /** Of the task, once it has them. */
  private results: readonly LuaValue[] | undefined = undefined;
  /** Who is told of the end; `undefined` when it was. */
  private end: TaskEnd | undefined = undefined;

  /** @param task One that is alive. */
  constructor(task: Task, isBackground = false) {
    this.task = task;
    this.isBackground = isBackground;
    entries.set(task, this);
    task.interceptEnd((end) => {
      this.end = end;
      return {
        ended: (results) => {
          this.results = listOf(results);
          this.endWhenAllHave();
        },
        failed: (error) => {
          this.fail(error);
        },
      };
    });
  }

  /**
   * @param closer Is called when it has ended.
   * @returns Takes it back.
   */
  onEnd(closer: () => void): () => void {
    this.closers.add(closer);
    return () => {
      this.closers.delete(closer);
    };
  }

  add(thread: LightThread, task: Task): void {
    this.threads.add(thread);
    entries.set(task, this);
  }

  /** A light thread has ended. */
  remove(thread: LightThread): void {
    this.threads.delete(thread);
    this.endWhenAllHave();
  }

  /** Ends all of it, for what no program may catch. */
  abort(error: unknown): void {
    if (this.task.isAlive) this.task.stop(error);
    else this.fail(error);
  }

  private endWhenAllHave(): void {
    if (this.hasLost) this.forgetLost();
    const { end, results } = this;
    if (results === undefined || this.threads.size > 0) return;
    this.end = undefined;
    this.close();
    end?.ended(results);
  }

  private close(): void {
    const closers = [...this.closers];
    this.closers.clear();
    for (const closer of closers) closer();
  }

  private forgetLost(): void {
    this.hasLost = false;
    for (const thread of this.threads) {
      if (!thread.isLost) continue;
      this.threads.delete(thread);
      // Its task may not have ended yet, and the invocation counts those.
      thread.kill();
    }
  }

  private fail(error: unknown): void {
    const { end } = this;
    if (end === undefined) return;
    this.end = undefined;
    for (const thread of this.threads) thread.kill();
    this.close();
    end.failed(error);
  }
}
