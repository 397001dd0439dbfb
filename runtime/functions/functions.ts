/**
 * The functions of a project. A function is a Lua module whose value can be called; its name is what
 * `require` takes: "hello", "controllers/users/get" or "controllers.users.get". Whoever calls one
 * by name (the gateway, `flow`) comes through here.
 */
import { LuaError } from "../core/error.ts";
import { firstOf, listOf } from "../core/frames.ts";
import { Invocation, type InvocationLimits } from "../core/invocation.ts";
import type { LuaState } from "../core/state.ts";
import { Stopped } from "../core/stopped.ts";
import { LuaTable } from "../core/table.ts";
import { Task, type TaskEnd } from "../core/task.ts";
import type { LuaValue, Results } from "../core/value.ts";
import { requireModule } from "../stdlib/package.ts";
import { forgetFailedModules } from "../stdlib/package/moduleLoad.ts";
import { Exit } from "./exit.ts";
import type { LogSettings } from "./log.ts";
import type { ExitedOutcome, FailedOutcome, LoadOutcome, Outcome } from "./outcome.ts";

/** What a reply may tell: everything to whoever develops, nothing of the insides in production. */
export type Mode = "development" | "production";

const functionsByState = new WeakMap<LuaState, ProjectFunctions>();

/** The functions of a state's project. The same object each time: the gateway and `flow` share it. */
export function functionsOf(state: LuaState): ProjectFunctions {
  let functions = functionsByState.get(state);
  if (functions === undefined) {
    functions = new ProjectFunctions(state);
    functionsByState.set(state, functions);
  }
  return functions;
}

/** A function may use this much unless the settings say otherwise. */
export const DEFAULT_LIMITS: InvocationLimits = { cpuMs: 1000, timeoutMs: 30_000 };

const UNLIMITED: InvocationLimits = { cpuMs: Infinity, timeoutMs: Infinity };

/** Who called: exactly one of these is called, once, now or later. */
export interface CallEnd<Result> {
  ended(outcome: Result): void;
  /** @param bug What is thrown here is a bug of ours: errors of functions are outcomes. */
  failed(bug: unknown): void;
}

export class ProjectFunctions {
  /** Set by whoever serves the project. */
  mode: Mode = "development";
  /** How its functions log. Set by whoever serves the project. */
  log: LogSettings = {};
  /** Of each call. Set by whoever serves the project; programs have none. */
  limits: InvocationLimits = UNLIMITED;
  private readonly state: LuaState;

  constructor(state: LuaState) {
    this.state = state;
  }

  /** @param outer Whose call it is, when it comes from a function. */
  newInvocation(outer?: Invocation, limits = this.limits): Invocation {
    return new Invocation(this.state, limits, outer);
  }

  /** Calls a function by name. Rejects with nothing but bugs of ours. */
  call(name: string, args: Results, invocation = this.newInvocation()): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.begin({ name, args, invocation }, { ended: resolve, failed: reject });
    });
  }

  /**
   * Calls a function by name: the one place where a named function is entered. When the function
   * does not wait, neither does this.
   */
  begin({ name, args, invocation }: FunctionCall, end: CallEnd<Outcome>): void {
    invocation.functionName = name;
    const known = invocation.generation.get(name);
    if (typeof known === "function") {
      this.beginRun(known, args, invocation, end);
      return;
    }
    this.beginLoad(name, invocation, {
      ended: (loaded) => {
        if (loaded.kind === "value") this.beginRun(loaded.value, args, invocation, end);
        else end.ended(loaded);
      },
      failed: (bug) => {
        end.failed(bug);
      },
    });
  }

  /** The value of a module, which is loaded the first time it is asked for. */
  load(name: string): Promise<LoadOutcome> {
    return new Promise((resolve, reject) => {
      const ended = (outcome: LoadOutcome | ExitedOutcome): void => {
        // Only what answers a request can end itself.
        if (outcome.kind === "exited") reject(new Error("nothing to exit from"));
        else resolve(outcome);
      };
      this.beginLoad(name, this.newInvocation(), { ended, failed: reject });
    });
  }

  private beginLoad(
    name: string,
    invocation: Invocation,
    end: CallEnd<LoadOutcome | ExitedOutcome>,
  ): void {
    const known = invocation.generation.get(name);
    if (typeof known === "function") {
      end.ended({ kind: "value", value: known });
      return;
    }
    const task = new Task(
      this.state,
      {
        ended: (results) => end.ended({ kind: "value", value: firstOf(results) }),
        failed: (thrown) => {
          forgetFailedModules(invocation.generation);
          const failure = failedOutcome("load", thrown);
          if (failure === undefined) end.failed(thrown);
          else end.ended(missingOutcome(name, failure) ?? failure);
        },
      },
      invocation,
    );
    task.start(requireModule, name);
  }

  private beginRun(
    callee: LuaValue,
    args: Results,
    invocation: Invocation,
    end: CallEnd<Outcome>,
  ): void {
    new Task(this.state, new RunEnd(invocation, end), invocation).start(callee, args);
  }
}

/** A class, as closures would take three times the memory in each function that waits. */
class RunEnd implements TaskEnd {
  private readonly invocation: Invocation;
  private readonly end: CallEnd<Outcome>;

  constructor(invocation: Invocation, end: CallEnd<Outcome>) {
    this.invocation = invocation;
    this.end = end;
  }

  ended(results: Results): void {
    forgetFailedModules(this.invocation.generation);
    const [value, error] = listOf(results);
    const isRefused = error !== undefined && error !== false;
    this.end.ended(isRefused ? { kind: "refused", error } : { kind: "value", value });
  }

  failed(thrown: unknown): void {
    forgetFailedModules(this.invocation.generation);
    const failure = failedOutcome("run", thrown);
    if (failure === undefined) this.end.failed(thrown);
    else this.end.ended(failure);
  }
}

export interface FunctionCall {
  readonly name: string;
  /** A single one as it is, or an array. */
  readonly args: Results;
  readonly invocation: Invocation;
}

/** A missing module that the function itself requires is reported with a position in front. */
function missingOutcome(
  name: string,
  failure: FailedOutcome | ExitedOutcome,
): LoadOutcome | undefined {
  const text = failure.kind === "failed" ? failure.error.value : undefined;
  return typeof text === "string" && text.startsWith(`module '${name}' not found:`)
    ? { kind: "missing", text }
    : undefined;
}

/** @returns `undefined` for a bug of ours. */
function failedOutcome(
  stage: FailedOutcome["stage"],
  thrown: unknown,
): FailedOutcome | ExitedOutcome | undefined {
  if (thrown instanceof LuaError) return { kind: "failed", stage, error: thrown };
  if (thrown instanceof Exit) return { kind: "exited", status: thrown.status };
  if (!(thrown instanceof Stopped)) return undefined;
  const { message, traceback, place, reason } = thrown;
  const error = new LuaError(message, traceback, place);
  return { kind: "failed", stage, error, isTimeout: reason === "time" };
}

/**
 * The `args` of a function for a decoded JSON value: tables, lists among them, are taken as they
 * are; a scalar has no names and gives an empty table, as it always did.
 */
export function argsFrom(value: LuaValue): LuaTable {
  return value instanceof LuaTable ? value : new LuaTable();
}
