/**
 * Light threads: coroutines that nobody resumes but the host, each in a task of its own. One runs from
 * `ngx.thread.spawn` until it waits for the first time; `coroutine.yield` in it lets others run.
 *
 * When it has ended, its parent (the coroutine that made it, or the task when none did) can take its
 * outcome once. Until then it is a *zombie*.
 */
import { NONE, SUSP } from "../../core/call.ts";
import { current } from "../../core/current.ts";
import { LuaError } from "../../core/error.ts";
import { builtinCode, leave, listOf } from "../../core/frames.ts";
import type { LuaState } from "../../core/state.ts";
import { Stopped } from "../../core/stopped.ts";
import { waitUntil } from "../../core/suspend.ts";
import { Task } from "../../core/task.ts";
import { createThread, FAILED, ResumeFrame, resumeThread } from "../../core/thread.ts";
import { LuaThread } from "../../core/userdata.ts";
import type { LuaFunction, LuaValue, Results } from "../../core/value.ts";
import { after, type Entry, entryOf } from "./entry.ts";
import { reportThread } from "./report.ts";

/** Who made a light thread. */
export type Parent = LuaThread | Task;

/** As `coroutine.resume` returns it: true and the results, or false and the error. */
export type Outcome = readonly LuaValue[];

const lightThreads = new WeakMap<LuaThread, LightThread>();

/** @returns `undefined` for a coroutine that is no light thread. */
export function lightThreadOf(coroutine: LuaThread): LightThread | undefined {
  return lightThreads.get(coroutine);
}

/** What a killed thread ends with, which nobody sees. */
const KILLED = new Stopped("killed", "the light thread was killed", "");

export class LightThread {
  readonly coroutine: LuaThread;
  readonly parent: Parent;
  /** Is told of the end by who waits for it. */
  onEnd: ((outcome: Outcome) => void) | undefined = undefined;
  /** It could not be started, and will not end. */
  isLost = false;
  private readonly state: LuaState;
  private readonly task: Task;
  private readonly entry: Entry;
  private outcome: Outcome | undefined = undefined;
  /** Set by a failure that no program may catch, while `start` runs. */
  private failure: { readonly error: unknown } | undefined = undefined;
  private isStarting = false;

  /** @param creator The task that runs, and makes it. */
  constructor(body: LuaFunction, creator: Task) {
    const { state, thread, invocation } = current;
    this.state = state;
    this.parent = thread ?? creator;
    this.entry = entryOf(creator);
    this.coroutine = createThread(body);
    lightThreads.set(this.coroutine, this);
    const end = {
      ended: (results: Results): void => {
        this.end([true, ...listOf(results)]);
      },
      failed: (error: unknown): void => {
        this.fail(error);
      },
    };
    this.task = new Task(state, end, invocation);
  }

  get isAlive(): boolean {
    return this.task.isAlive;
  }

  /**
   * Runs it until it waits or ends.
   *
   * @throws what ends the parent too, such as `Stopped`
   */
  start(values: readonly LuaValue[]): void {
    const { entry } = this;
    entry.startDepth++;
    this.isStarting = true;
    try {
      entry.add(this, this.task);
      this.task.start((...args) => this.finish(resumeThread(this.coroutine, args)), values);
    } catch (thrown) {
      // The JavaScript stack is full: nothing can be called here.
      this.isLost = true;
      entry.hasLost = true;
      this.coroutine.status = "dead";
      throw thrown;
    } finally {
      this.isStarting = false;
      entry.startDepth--;
    }
    if (this.failure !== undefined) throw this.failure.error;
  }

  /** Takes the outcome of a zombie; `undefined` when there is none, or none any more. */
  take(): Outcome | undefined {
    const { outcome } = this;
    this.outcome = undefined;
    if (outcome !== undefined) this.coroutine.status = "dead";
    return outcome;
  }

  /** Ends it where it waits. */
  kill(): void {
    this.task.stop(KILLED);
  }

  /** What the task makes of what its coroutine did: only an end is one to the task. */
  finish(outcome: Results): Results {
    const { coroutine, state, task } = this;
    if (outcome === FAILED) throw current.failure as LuaError;
    if (outcome !== SUSP) {
      if (coroutine.status !== "suspended") return outcome;
      // It yielded: others have their turn, then it goes on.
      coroutine.status = "running";
      waitUntil((waiter) =>
        after({ state, task }, 0, () => {
          waiter.wake(NONE);
        }),
      );
    }
    return leave(new TaskFrame(this));
  }

  private fail(error: unknown): void {
    if (error instanceof LuaError) {
      if (this.onEnd === undefined) reportThread(this.state, this.coroutine, error);
      this.end([false, error.value]);
      return;
    }
    if (error !== KILLED) {
      if (this.isStarting) this.failure = { error };
      else this.entry.abort(error);
    }
    this.drop();
  }

  private drop(): void {
    this.coroutine.status = "dead";
    this.entry.remove(this);
  }

  private end(outcome: Outcome): void {
    const { coroutine, onEnd, parent } = this;
    coroutine.status = "dead";
    if (onEnd !== undefined) onEnd(outcome);
    else if (isAlive(parent)) {
      coroutine.status = "zombie";
      this.outcome = outcome;
    }
    this.entry.remove(this);
  }
}

const CODE = builtinCode("");

/** The task of a light thread, while that waits. */
class TaskFrame extends ResumeFrame {
  private readonly owner: LightThread;

  constructor(owner: LightThread) {
    super(CODE, owner.coroutine);
    this.owner = owner;
  }

  finish(outcome: Results): Results {
    return this.owner.finish(outcome);
  }
}

function isAlive(parent: Parent): boolean {
  if (!(parent instanceof LuaThread)) return parent.isAlive;
  return parent.status !== "dead" && parent.status !== "zombie";
}
