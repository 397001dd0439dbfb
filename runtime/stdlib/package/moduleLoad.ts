/**
 * Loading modules while others run. What loads a module may wait for something; whoever asks for the
 * module meanwhile waits until it is loaded. So a module is looked for and loaded once, by one task
 * at a time.
 *
 * Nobody may wait so for himself: neither for a load that he is inside of (the module requires itself,
 * directly or through others, perhaps through functions that it calls by name), nor for that of a task
 * that waits in turn for one of his. These loads can't go on before he does; they are *behind* him, and
 * for them `require` does what LuaJIT does: it gives what the module has set so far, or raises "loop or
 * previous error". So it is too for a load in a coroutine of the same task that has yielded: were the
 * task to wait, nobody would resume the coroutine.
 */
import { call, first, type Pending } from "../../core/call.ts";
import { current } from "../../core/current.ts";
import { LuaError } from "../../core/error.ts";
import { BuiltinFrame, builtinCode, firstOf, leave } from "../../core/frames.ts";
import type { Base } from "../../core/runFrames.ts";
import type { Generation, LoadedModule, ModuleFiles } from "../../core/generation.ts";
import { captureStack } from "../../core/stack.ts";
import type { LuaState } from "../../core/state.ts";
import { Stopped } from "../../core/stopped.ts";
import { waitUntil, type Waiter } from "../../core/suspend.ts";
import type { LuaTable } from "../../core/table.ts";
import { callerOf } from "../../core/task.ts";
import { LuaUserdata } from "../../core/userdata.ts";
import type { LuaFunction, LuaValue, Results } from "../../core/value.ts";
import { callerError, checkString } from "../arguments.ts";

/** What `package.loaded` holds while a module runs, and after it failed. */
const LOADING = new LuaUserdata("a module that is being loaded");

/** The loads in progress, by the name of the module. */
class Loads extends Map<string, ModuleLoad> {
  /** Names of modules whose code raised an error, and which are marked so. */
  readonly failed = new Set<string>();
}

const loadsByGeneration = new WeakMap<Generation, Loads>();

/**
 * What `require` returns.
 *
 * @param findLoaders Gives `package.loaders`.
 * @throws LuaError "loop or previous error loading module 'x'"
 */
export function requireModuleOnce(name: string, findLoaders: () => LuaTable): Results {
  const { generation } = current;
  const loads = loadsOf(generation);
  if (loads.size > 0) innermostLoad(loads)?.module.requires.add(name);
  const load = loads.get(name);
  if (load !== undefined && !isBehind(load, loads)) return waitForLoad(load, findLoaders);
  const known = generation.get(name);
  if (known === LOADING) return callerError(`loop or previous error loading module '${name}'`);
  if (known !== undefined && known !== false) return known;
  noteLateRequire(name, generation);
  return new ModuleLoad(name, loads, findLoaders()).start();
}

/**
 * Lets modules that failed be loaded again. `require` leaves a mark in `package.loaded` where loading
 * failed, and would tell the next one who asks of a "previous error".
 */
export function forgetFailedModules(generation: Generation): void {
  const loads = loadsByGeneration.get(generation);
  if (loads === undefined || loads.failed.size === 0) return;
  for (const name of loads.failed) {
    if (generation.get(name) === LOADING && !loads.has(name)) generation.set(name, undefined);
  }
  loads.failed.clear();
}

/**
 * Begins a generation in which some modules are to be loaded again, also those that are just being
 * loaded: what they have required so far may have changed.
 *
 * @param names Of the others.
 */
export function beginGeneration(
  state: LuaState,
  names: Iterable<string>,
  files: ModuleFiles,
): void {
  const { generation } = state;
  const changed = new Set([...names, ...loadsOf(generation).keys()]);
  state.generation = generation.succeed(changed, files);
}

/** A file is read or looked for: the module that is being loaded, if any, depends on it. */
export function noteFile(path: string): void {
  const loads = loadsByGeneration.get(current.generation);
  if (loads !== undefined && loads.size > 0) innermostLoad(loads)?.module.files.add(path);
}

/** Whose code is running: the module that is being loaded, else that of the function that was called. */
export function runningModule(): LoadedModule | undefined {
  const { generation, invocation } = current;
  const loads = loadsByGeneration.get(generation);
  const load = loads === undefined ? undefined : innermostLoad(loads);
  if (load !== undefined || invocation === undefined) return load?.module;
  const { owner, functionName } = invocation;
  return owner ?? (functionName === undefined ? undefined : generation.moduleOf(functionName));
}

/** The load around the running code. */
function innermostLoad(loads: Loads): ModuleLoad | undefined {
  if (loads.size === 0) return undefined;
  const bases = new Set(basesAround());
  return [...loads.values()].findLast((load) => load.isOf(bases));
}

/** A module that asks for another one only while its functions run, depends on it as well. */
function noteLateRequire(name: string, { modules }: Generation): void {
  if (modules.size === 0) return;
  const frame = captureStack(CALLERS_OF_REQUIRE).find(({ kind }) => kind === "lua");
  const file = frame?.kind === "lua" ? frame.script.chunkName : "";
  if (!file.startsWith("@")) return;
  for (const module of modules.values()) {
    if (module.files.has(file.slice(1))) module.requires.add(name);
  }
}

/** `require` itself, and the Lua function, perhaps with `pcall` in between. */
const CALLERS_OF_REQUIRE = 3;

function loadsOf(generation: Generation): Loads {
  let loads = loadsByGeneration.get(generation);
  if (loads === undefined) {
    loads = new Loads();
    loadsByGeneration.set(generation, loads);
  }
  return loads;
}

const REQUIRE_CODE = builtinCode("require");

/** A module that is being looked for or loaded; left where a loader suspends. */
class ModuleLoad extends BuiltinFrame {
  readonly name: string;
  private readonly base = current.base;
  private readonly task = outermostBase();
  /** Those who asked for it meanwhile. */
  readonly requests = new Set<Request>();
  readonly module: LoadedModule;
  private readonly loads: Loads;
  private readonly loaders: LuaTable;
  private readonly generation = current.generation;
  private luaIndex = 0;
  /** Where it was looked for in vain. */
  private tried = "";
  /** What loads it, once that is found. */
  private loader: LuaFunction | undefined = undefined;

  constructor(name: string, loads: Loads, loaders: LuaTable) {
    super(REQUIRE_CODE);
    this.name = name;
    this.module = this.generation.begin(name);
    this.loads = loads;
    this.loaders = loaders;
  }

  /** Whether the code of one of these loads it. */
  isOf(bases: ReadonlySet<Base>): boolean {
    return bases.has(this.base);
  }

  /** Whether it goes on only after the code of one of these. */
  isBehind(bases: ReadonlySet<Base>): boolean {
    return bases.has(this.base) || bases.has(this.task);
  }

  start(): Results {
    this.loads.set(this.name, this);
    return this.attempt(() => this.search());
  }

  run(results: Results): Results {
    const value = firstOf(results);
    return this.attempt(() => {
      if (this.loader !== undefined) return this.finish(value);
      this.consider(value);
      return this.search();
    });
  }

  override fail(thrown: unknown): never {
    if (thrown instanceof Stopped) this.abandon();
    else this.end(this.loader === undefined ? undefined : thrown);
    throw thrown;
  }

  /** The task was stopped, which says nothing about the module: others may load it. */
  override abandon(): void {
    const { generation, name } = this;
    if (generation.get(name) === LOADING) generation.set(name, undefined);
    this.end();
  }

  private attempt(step: () => LuaValue | Pending): Results {
    let value: LuaValue | Pending;
    try {
      value = step();
    } catch (thrown) {
      return this.fail(thrown);
    }
    return value === null ? leave(this) : value;
  }

  /** Asks each of `package.loaders` for a function that loads the module. */
  private search(): LuaValue | Pending {
    const { name, loaders } = this;
    while (this.loader === undefined) {
      const searcher = loaders.getNumber(++this.luaIndex);
      if (searcher === undefined) {
        this.generation.dropUnlessRequired(this.module);
        return callerError(`module '${name}' not found:${this.tried}`);
      }
      const answer = first(call(searcher, name));
      if (answer === null) return null;
      this.consider(answer);
    }
    return this.load(this.loader);
  }

  private consider(answer: LuaValue): void {
    if (typeof answer === "function") this.loader = answer;
    else if (typeof answer === "string" || typeof answer === "number") {
      this.tried += checkString(answer, 1);
    }
  }

  private load(loader: LuaFunction): LuaValue | Pending {
    const { name } = this;
    // Anew: a searcher may have required the module itself.
    this.loads.set(name, this);
    this.generation.set(name, LOADING);
    const value = first(loader(name));
    return value === null ? null : this.finish(value);
  }

  private finish(value: LuaValue): LuaValue {
    const { generation, name } = this;
    if (value !== undefined) generation.set(name, value);
    if (generation.get(name) === LOADING) generation.set(name, true);
    this.end();
    return generation.get(name);
  }

  /**
   * Lets those who wait go on: with the module, or else to load it themselves.
   *
   * @param failure What the module's code raised: an error for those who wait, too.
   */
  private end(failure?: unknown): void {
    const { name, loads, requests } = this;
    if (loads.get(name) === this) loads.delete(name);
    if (failure !== undefined) loads.failed.add(name);
    for (const { waiter } of requests) {
      // Not now: their code has no place in the middle of ours.
      queueMicrotask(() => {
        if (failure instanceof LuaError) waiter.fail(failure);
        else waiter.wake(undefined);
      });
    }
  }
}

/** Somebody who waits for a load. */
interface Request {
  readonly waiter: Waiter;
  /** Whose code waits, innermost first. */
  readonly bases: readonly Base[];
}

function waitForLoad(load: ModuleLoad, findLoaders: () => LuaTable): Results {
  const bases = basesAround();
  waitUntil((waiter) => {
    const request = { waiter, bases };
    load.requests.add(request);
    return () => load.requests.delete(request);
  });
  return leave(new RequestFrame(load.name, findLoaders));
}

/** A `require` that waits for somebody else's load. */
class RequestFrame extends BuiltinFrame {
  private readonly name: string;
  private readonly findLoaders: () => LuaTable;

  constructor(name: string, findLoaders: () => LuaTable) {
    super(REQUIRE_CODE);
    this.name = name;
    this.findLoaders = findLoaders;
  }

  run(): Results {
    return requireModuleOnce(this.name, this.findLoaders);
  }
}

/** Whether a load can't go on before the running code does. */
function isBehind(load: ModuleLoad, loads: Loads): boolean {
  const behind = new Set(basesAround());
  let countBefore: number;
  do {
    countBefore = behind.size;
    for (const each of loads.values()) {
      if (!each.isBehind(behind)) continue;
      for (const { bases } of each.requests) for (const base of bases) behind.add(base);
    }
  } while (behind.size > countBefore);
  return load.isBehind(behind);
}

/** Who runs the running code, and the code from which it was called: innermost first. */
function basesAround(): Base[] {
  const bases = [current.base];
  for (let base: Base | undefined = current.base; base !== undefined;) {
    base = callerOf(base);
    if (base !== undefined) bases.push(base);
  }
  return bases;
}

/** The task that runs, if any. */
function outermostBase(): Base {
  let { base } = current;
  while (base.outer !== undefined) base = base.outer;
  return base;
}
