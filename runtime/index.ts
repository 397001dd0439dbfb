/** The door of the language part of the runtime: makes Lua states and says what is in them. */
import { current } from "./core/current.ts";
import type { ModuleFiles } from "./core/generation.ts";
import type { Invocation } from "./core/invocation.ts";
import { LuaState, type DialectName } from "./core/state.ts";
import * as helpers from "./helpers/index.ts";
import type { Host } from "./host.ts";
import { allLibraries } from "./allLibraries.ts";
import { openLibraries } from "./libraries.ts";
import type { LibrarySet } from "./librarySet.ts";
import { thePuc51Helpers } from "./optional.lazy.ts";

export interface CreateStateOptions {
  readonly host: Host;
  readonly dialect: DialectName;
  /** For tests that suspend a program at random (core/state.ts). */
  readonly preempter?: (() => boolean) | undefined;
  /** Whether the debug library reaches all code, which is slower then. */
  readonly hasDebugAccess?: boolean | undefined;
  /** Where modules are loaded from, when that may change: see `beginGeneration`. */
  readonly moduleFiles?: ModuleFiles | undefined;
}

/** A new Lua state with all libraries open. */
export function createState(options: CreateStateOptions): LuaState {
  return createStateWith({
    ...options,
    helpers: options.dialect === "5.1" ? thePuc51Helpers().helpers51 : helpers,
    libraries: allLibraries(options.dialect),
  });
}

export interface CreateStateWithOptions extends CreateStateOptions {
  /** What emitted code gets as `$rt`; nothing where all of it imports what it needs. */
  readonly helpers: object;
  readonly libraries: LibrarySet;
}

/** A new Lua state with certain libraries. */
export function createStateWith(options: CreateStateWithOptions): LuaState {
  const state = new LuaState(options);
  state.enter(() => {
    openLibraries(state, options.libraries);
  });
  return state;
}

/** Whose code is running; `undefined` for what no call of a function has brought about. */
export function runningInvocation(): Invocation | undefined {
  return current.invocation;
}

export { allLibraries } from "./allLibraries.ts";
export { ALARM_INTERVAL_MS } from "./core/budget.ts";
export { SUSP } from "./core/call.ts";
export { LuaError } from "./core/error.ts";
export type { Generation, LoadedModule, ModuleFiles } from "./core/generation.ts";
export { Invocation, type InvocationLimits } from "./core/invocation.ts";
export { TableIterator } from "./core/iterate.ts";
export { metamethod, typeOf } from "./core/metatable.ts";
export { numberToString } from "./core/number.ts";
export { RESUME_SUFFIX, shortSource } from "./core/script.ts";
export { Span, type TakeSpan } from "./core/span.ts";
export type { DialectName, LuaState } from "./core/state.ts";
export { Stopped } from "./core/stopped.ts";
export { waitFor, waitUntil, type Subscribe, type Waiter } from "./core/suspend.ts";
export { LuaTable } from "./core/table.ts";
export { Task, type TaskEnd } from "./core/task.ts";
export { plainText, toText } from "./core/toText.ts";
export { LuaThread, LuaUserdata } from "./core/userdata.ts";
export type { LuaFunction, LuaObject, LuaValue, Results, TypeName } from "./core/value.ts";
export type * from "./host.ts";
export { openerName, type LibrarySet, type ModuleOpener } from "./librarySet.ts";
export { provideHttpSettings } from "./modules/http/provided.ts";
export { provideSharedDicts } from "./modules/ngx/shared/provided.ts";
export { randomBytes } from "./random.ts";
export { loadFile } from "./stdlib/base/loading.ts";
export { standardInput } from "./stdlib/io/streams.ts";
export { beginGeneration } from "./stdlib/package/moduleLoad.ts";
export {
  defineBuiltin,
  defineLibrary,
  libraryTable,
  type AsyncLuaFunction,
  type Library,
} from "./stdlib/library.ts";
