/** Programs that run as a task of their own. */
import { listOf } from "./frames.ts";
import { Invocation, type InvocationLimits } from "./invocation.ts";
import type { LuaState } from "./state.ts";
import { Task } from "./task.ts";
import type { LuaValue, Results } from "./value.ts";

export interface Run {
  readonly task: Task;
  /** "running"; "ended" and the results; "failed" and the error. */
  readonly outcome: () => readonly unknown[];
}

export interface RunOptions {
  readonly values?: readonly LuaValue[];
  readonly limits?: InvocationLimits | undefined;
}

/** Starts a chunk, and sees to it that it ends once. */
export function startTask(state: LuaState, source: string, options: RunOptions = {}): Run {
  const { values = [], limits } = options;
  let outcome: readonly unknown[] = ["running"];
  const end = {
    ended: (results: Results): void => {
      expect(outcome).toEqual(["running"]);
      outcome = ["ended", ...listOf(results)];
    },
    failed: (error: unknown): void => {
      expect(outcome).toEqual(["running"]);
      outcome = ["failed", error];
    },
  };
  const invocation = limits === undefined ? undefined : new Invocation(state, limits);
  const task = new Task(state, end, invocation);
  task.start(state.load(source, "=program"), values);
  return { task, outcome: () => outcome };
}
