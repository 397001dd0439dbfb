/**
 * The functions of a project. A function is a Lua module whose value can be called; its name is what
 * `require` takes: "hello", "controllers/users/get" or "controllers.users.get". Whoever calls one
 * by name (the gateway, `flow`) comes through here.
 */
import { LuaError } from "../core/error.ts";
import { TableIterator } from "../core/iterate.ts";
import type { LuaState } from "../core/state.ts";
import { LuaTable } from "../core/table.ts";
import { LuaUserdata } from "../core/userdata.ts";
import type { LuaValue } from "../core/value.ts";
import { requireModule } from "../stdlib/package.ts";
import type { FailedOutcome, LoadOutcome, Outcome } from "./outcome.ts";

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

export class ProjectFunctions {
  /** Set by whoever serves the project. */
  mode: Mode = "development";
  /** How many calls are in progress, one inside the other. */
  depth = 0;
  private readonly state: LuaState;

  constructor(state: LuaState) {
    this.state = state;
  }

  /**
   * Calls a function by name. The one place where a named function is entered, so the one that
   * starts to wait when functions may suspend.
   *
   * Errors of the function are outcomes; what is thrown is a bug of ours.
   */
  call(name: string, args: LuaTable): Outcome {
    this.depth++;
    try {
      const loaded = this.load(name);
      return loaded.kind === "value" ? this.run(loaded.value, args) : loaded;
    } finally {
      this.depth--;
    }
  }

  /** The value of a module, which is loaded the first time it is asked for. */
  load(name: string): LoadOutcome {
    const { loaded } = this.state;
    const loadedBefore = loaded.getString(name) === undefined ? entriesOf(loaded) : undefined;
    try {
      const [value] = this.state.call(requireModule, name);
      return { kind: "value", value };
    } catch (thrown) {
      if (loadedBefore !== undefined) forgetFailed(loaded, name, loadedBefore);
      const failure = failedOutcome("load", thrown);
      const text = failure.error.value;
      // A missing module that the function itself requires is reported with a position in front.
      const isMissing = typeof text === "string" && text.startsWith(`module '${name}' not found:`);
      return isMissing ? { kind: "missing", text } : failure;
    }
  }

  private run(callee: LuaValue, args: LuaTable): Outcome {
    try {
      const [value, error] = this.state.call(callee, args);
      const isRefused = error !== undefined && error !== false;
      return isRefused ? { kind: "refused", error } : { kind: "value", value };
    } catch (thrown) {
      return failedOutcome("run", thrown);
    }
  }
}

/**
 * Lets modules that failed be loaded again. `require` leaves a mark in `package.loaded` while a
 * module loads, and when that fails; the next request would be told of a "previous error" instead
 * of the error.
 */
function forgetFailed(
  loaded: LuaTable,
  name: string,
  loadedBefore: ReadonlyMap<LuaValue, LuaValue>,
): void {
  const mark = loaded.getString(name);
  if (!(mark instanceof LuaUserdata)) return;
  for (const [key, value] of entriesOf(loaded)) {
    // Modules that were loading before are waiting for this call.
    if (value === mark && loadedBefore.get(key) !== mark) loaded.set(key, undefined);
  }
}

function entriesOf(table: LuaTable): Map<LuaValue, LuaValue> {
  const entries = new Map<LuaValue, LuaValue>();
  for (const walk = new TableIterator(table); walk.advance();) entries.set(walk.key, walk.value);
  return entries;
}

function failedOutcome(stage: FailedOutcome["stage"], thrown: unknown): FailedOutcome {
  if (thrown instanceof LuaError) return { kind: "failed", stage, error: thrown };
  throw thrown;
}

/**
 * The `args` of a function for a decoded JSON value: tables, lists among them, are taken as they
 * are; a scalar has no names and gives an empty table, as it always did.
 */
export function argsFrom(value: LuaValue): LuaTable {
  return value instanceof LuaTable ? value : new LuaTable();
}
