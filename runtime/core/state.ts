/**
 * A Lua state: one set of globals, loaded modules and type metatables. Two states in a process
 * share nothing that Lua code can see.
 */
import type { ChunkOptions, Demands, Host } from "../host.ts";
import { ALARM, alarm, watch } from "./budget.ts";
import { callAll } from "./call.ts";
import { loadedChunk, type CompiledMain } from "./chunk.ts";
import { current, TAIL_CALL_BUDGET } from "./current.ts";
import { toLuaError, type MessageHandler } from "./error.ts";
import { Deadlines } from "./deadlines.ts";
import { makeEnvironment } from "./environment.ts";
import { fieldsBelow, NO_FIELDS, type FieldsObject } from "./fields.ts";
import { listOf } from "./frames.ts";
import { Finalizers } from "./finalizers.ts";
import { LoadedTexts, textKey, type LoadedText } from "./loadedTexts.ts";
import { Generation, type ModuleFiles } from "./generation.ts";
import type { TypeMetatables } from "./metatable.ts";
import { ModulesAhead, type ModuleSource } from "./modulesAhead.ts";
import { isRefused, refusedFrames } from "./refusedCode.ts";
import { RESUME_SUFFIX, Script, type EmittedText } from "./script.ts";
import { LuaTable } from "./table.ts";
import { Task } from "./task.ts";
import { withTraceback } from "./traceback.ts";
import type { LuaFunction, LuaValue, Results } from "./value.ts";

/**
 * - `luajit`: LuaJIT 2.1 as Debian builds it.
 * - `openresty`: the same with its Lua 5.2 compatibility: `__len` and `__pairs` on tables, ...
 * - `5.1`: PUC Lua 5.1.5 on a 64-bit Linux.
 */
export type DialectName = "luajit" | "openresty" | "5.1";

export interface StateOptions {
  readonly host: Host;
  readonly dialect: DialectName;
  /** What emitted code gets as `$rt`: the functions of runtime/helpers. */
  readonly helpers: object;
  /**
   * Says at each checkpoint whether to suspend there, for nothing: how tests see that a program does
   * not notice. The chunks are to be compiled with checkpoints that can be left.
   */
  readonly preempter?: (() => boolean) | undefined;
  /**
   * Whether the debug library reaches all variables and functions of all chunks, and hooks are told of all they do. They
   * run several times slower.
   */
  readonly hasDebugAccess?: boolean | undefined;
  /** Where modules are loaded from, when that may change (generation.ts). */
  readonly moduleFiles?: ModuleFiles | undefined;
}

type TextOptions = ChunkOptions & { readonly isStripped: boolean };

export class LuaState {
  readonly host: Host;
  readonly dialect: DialectName;
  /** Whether LuaJIT's Lua 5.2 compatibility is on. */
  readonly isLua52Compatible: boolean;
  /** Whether the language is PUC Lua 5.1's. */
  readonly isPuc51: boolean;
  readonly globals = new LuaTable();
  /** `package.loaded`. */
  readonly loaded = new LuaTable();
  readonly typeMetatables: TypeMetatables = {};
  /** What strings inherit by their metatable (heritage.ts); always the same object. */
  readonly stringFields: FieldsObject = fieldsBelow(NO_FIELDS);
  /** Whether all code is accessible (activation.ts). */
  readonly hasDebugAccess: boolean;
  /** Of its invocations that wait. */
  readonly deadlines: Deadlines;
  readonly finalizers = new Finalizers(this);
  readonly preempter: (() => boolean) | undefined;
  /** Runs where an error is raised. `undefined` inside `pcall`. */
  messageHandler: MessageHandler | undefined = undefined;
  /** The newest one. */
  generation: Generation;
  /** Some function's environment is, or was, another table than the globals. */
  hasOtherEnvironments = false;
  /** Some coroutine, or the main program, has a global table of its own (threadGlobals.ts). */
  hasThreadGlobals = false;
  /** Of the main program; `undefined` as long as it is `globals`. */
  mainGlobals: LuaTable | undefined = undefined;
  /** Of all light userdata (userdata.ts). */
  lightUserdataMetatable: LuaTable | undefined = undefined;
  /** Whether `close` was called. */
  isClosed = false;
  private readonly closers = new Set<() => void>();
  private readonly helpers: object;
  private readonly isReloadable: boolean;
  private readonly scripts = new Map<string, WeakRef<Script>>();
  private readonly forgetScript = new FinalizationRegistry<string>((name) => {
    this.scripts.delete(name);
  });
  /** Some chunk so far works with environments. */
  private usesEnvironments = false;
  /** Some chunk so far works with what only accessible code has. */
  private usesDebugAccess = false;
  /** What chunks so far want of the code of others, or one that is about to be loaded does. */
  private demands: Demands = { environments: false, hooks: false };
  private readonly modulesAhead = new ModulesAhead({
    isLoaded: (name) => this.loaded.getString(name) !== undefined,
    find: (name) => this.moduleSource?.(name),
    demandsOf: ({ source, chunkName }) =>
      this.loadText(source, chunkName, this.textOptions(chunkName, false)).script.demands,
  });
  /** The source of a module that is not loaded yet; filled in by the library `package`. */
  moduleSource: ((name: string) => ModuleSource | undefined) | undefined = undefined;
  /** Names of scripts count from 2 where there is one of the same name already. */
  private lastNumber = 1;
  private readonly texts = new LoadedTexts();

  constructor(options: StateOptions) {
    this.host = options.host;
    this.deadlines = new Deadlines(options.host.clock);
    this.dialect = options.dialect;
    this.helpers = options.helpers;
    this.preempter = options.preempter;
    this.hasDebugAccess = options.hasDebugAccess === true;
    const { host, moduleFiles } = options;
    this.isReloadable = moduleFiles !== undefined;
    this.generation = Generation.first(this.loaded, moduleFiles ?? host.files, this.isReloadable);
    if (this.preempter !== undefined) {
      alarm[ALARM.raised] = 1;
      watch();
    }
    this.isLua52Compatible = options.dialect === "openresty";
    this.isPuc51 = options.dialect === "5.1";
    makeEnvironment(this.globals);
  }

  /**
   * Compiles a chunk and returns its main function.
   *
   * @param source Bytes of Lua source.
   * @param chunkName "@path", "=name" or the source itself, as for `load`.
   * @param isStripped Whether nothing may tell lines or names of local variables.
   * @throws LuaSyntaxError
   */
  load(
    source: string,
    chunkName: string,
    environment: LuaTable = this.globals,
    isStripped = false,
  ): LuaFunction {
    if (environment !== this.globals) this.hasOtherEnvironments = true;
    const values = this.readEvaluable(source, chunkName, isStripped);
    const compile = (): CompiledMain => this.compileMain(source, chunkName, isStripped);
    return loadedChunk({
      environment,
      compiled: values === undefined ? compile() : compile,
      values,
    });
  }

  private readEvaluable(source: string, chunkName: string, isStripped: boolean) {
    if (this.host.readEvaluable === undefined || chunkName.startsWith("@")) return undefined;
    const options = this.textOptions(chunkName, isStripped);
    if (options.isAccessible) return undefined;
    return this.host.readEvaluable(source, chunkName, options);
  }

  /** @throws LuaSyntaxError */
  private compileMain(source: string, chunkName: string, isStripped: boolean): CompiledMain {
    let loaded = this.loadText(source, chunkName, this.textOptions(chunkName, isStripped));
    if (this.demand(this.demandsAhead(loaded.script))) {
      loaded = this.loadText(source, chunkName, this.textOptions(chunkName, isStripped));
    }
    const { script, factory } = loaded;
    this.usesEnvironments ||= script.usesEnvironments;
    this.usesDebugAccess ||= script.isAccessible;
    this.demand(script.demands);
    return { script, bind: (env) => factory(this.helpers, script, env) };
  }

  /**
   * Compiles a function whose text `string.dump` gave, and makes it: with upvalues that are nil, and an
   * environment that can be changed.
   *
   * @param source The text of a chunk that returns the function (compiler/functionText.ts).
   * @throws LuaSyntaxError for any other text, too
   */
  loadFunction(
    source: string,
    chunkName: string,
    environment: LuaTable = this.globals,
    isStripped = false,
  ): LuaFunction {
    if (environment !== this.globals) this.hasOtherEnvironments = true;
    const { script, factory } = this.loadText(source, chunkName, {
      isLua52Compatible: this.isLua52Compatible,
      isPuc51: this.isPuc51,
      usesEnvironments: true,
      isAccessible: this.hasDebugAccess || this.usesDebugAccess,
      isFunctionText: true,
      isStripped,
    });
    // Its main function may be preempted, in tests.
    return callAll(factory(this.helpers, script, environment))[0] as LuaFunction;
  }

  private textOptions(chunkName: string, isStripped: boolean): TextOptions {
    const isFile = chunkName.startsWith("@");
    const { demands } = this;
    return {
      isLua52Compatible: this.isLua52Compatible,
      isPuc51: this.isPuc51,
      // Text that a program loads is what such programs run in environments of their making.
      usesEnvironments: demands.environments || (this.usesEnvironments && !isFile),
      isAccessible: this.hasDebugAccess || demands.hooks || (this.usesDebugAccess && !isFile),
      isStripped,
    };
  }

  /**
   * Notes what a chunk wants of code that is loaded from now on. What a project serves is replaced while it runs, which
   * such code does not stand, nor would it be fast enough.
   *
   * @returns Whether that is news.
   */
  private demand({ environments, hooks }: Demands): boolean {
    const before = this.demands;
    if (this.isReloadable) return false;
    if ((before.environments || !environments) && (before.hooks || !hooks)) return false;
    this.demands = {
      environments: before.environments || environments,
      hooks: before.hooks || hooks,
    };
    return true;
  }

  /** What the modules of a program want that is about to be loaded: a file, or the standard input. */
  private demandsAhead({ chunkName, requires }: Script): Demands {
    const isProgram = chunkName.startsWith("@") || chunkName === "=stdin";
    return this.modulesAhead.demandsOf(isProgram && !this.isReloadable ? requires : []);
  }

  private loadText(source: string, chunkName: string, options: TextOptions): LoadedText {
    const key = textKey(source, chunkName, options);
    const known = this.texts.get(chunkName, key);
    if (known !== undefined) return known;
    const { isStripped, ...chunkOptions } = options;
    const chunk = this.host.compile(source, chunkName, chunkOptions);
    const name = this.scriptNameFor(chunkName);
    const script = new Script(name, chunkName, { source, chunk, isStripped });
    this.scripts.set(name, new WeakRef(script));
    this.forgetScript.register(script, name);
    const loaded = { script, factory: this.host.instantiate(chunk.code, name) };
    this.texts.set(chunkName, key, loaded);
    return loaded;
  }

  /**
   * A file has the same name in each run where possible, whatever was loaded before it: the host may keep the engine's
   * code, which has the name in it.
   */
  private scriptNameFor(chunkName: string): string {
    const path = scriptPath(chunkName);
    const first = `lua:1/${path}`;
    return this.scripts.has(first) ? `lua:${String(++this.lastNumber)}/${path}` : first;
  }

  /** The scripts that messages call by this name. */
  *scriptsCalled(shortSource: string): Iterable<Script> {
    for (const reference of this.scripts.values()) {
      const script = reference.deref();
      if (script?.shortSource === shortSource) yield script;
    }
  }

  /** The emitted text that stack frames of this file name belong to. */
  textNamed(name: string): EmittedText | undefined {
    if (!name.endsWith(RESUME_SUFFIX)) return this.scripts.get(name)?.deref()?.text;
    return this.scripts.get(name.slice(0, -RESUME_SUFFIX.length))?.deref()?.resumeText;
  }

  /**
   * Loads what resumes the functions of a script: an object of functions that make their frames.
   *
   * @param factories The script's own, by their emitted names.
   */
  loadFrames(script: Script, environment: object, factories: object): object {
    try {
      const factory = script.resumeScript((code, name) => this.host.instantiate(code, name));
      return factory(this.helpers, script, environment, factories);
    } catch (thrown) {
      if (isRefused(thrown)) return refusedFrames(script);
      throw thrown;
    }
  }

  /**
   * As `run`, for code that must not wait.
   *
   * @throws LuaError "attempt to yield across C-call boundary" raised where it would
   * @throws LuaError with a traceback. Errors of ours pass through as they are.
   */
  call(callee: LuaValue, ...values: LuaValue[]): readonly LuaValue[] {
    const { state: stateBefore, tailBudget: tailBudgetBefore } = current;
    const handlerBefore = this.messageHandler;
    current.state = this;
    current.tailBudget = TAIL_CALL_BUDGET;
    this.messageHandler = withTraceback;
    try {
      return callAll(callee, ...values);
    } catch (thrown) {
      throw toLuaError(thrown);
    } finally {
      this.messageHandler = handlerBefore;
      current.tailBudget = tailBudgetBefore;
      current.state = stateBefore;
    }
  }

  /**
   * Enters Lua from outside: calls a function, whose code may wait, and returns all its results.
   *
   * @throws LuaError with a traceback. Errors of ours pass through as they are.
   */
  run(callee: LuaValue, ...values: LuaValue[]): Promise<readonly LuaValue[]> {
    return new Promise((resolve, failed) => {
      const ended = (results: Results): void => {
        resolve(listOf(results));
      };
      new Task(this, { ended, failed }).start(callee, values);
    });
  }

  /**
   * Gives up what the state holds outside of Lua, such as timers, and calls all finalizers. Tasks in
   * progress go on.
   *
   * @see onClose
   */
  close(): void {
    this.isClosed = true;
    for (const closer of this.closers) closer();
    this.closers.clear();
    this.finalizers.runAll();
  }

  /** @returns Takes it back. */
  onClose(closer: () => void): () => void {
    this.closers.add(closer);
    return () => {
      this.closers.delete(closer);
    };
  }

  /** Runs host code that touches Lua values (sets up libraries, reads tables) in this state. */
  enter<Result>(run: () => Result): Result {
    const stateBefore = current.state;
    current.state = this;
    try {
      return run();
    } finally {
      current.state = stateBefore;
    }
  }
}

/** A chunk name as part of a file name that shows up in stacks and profiles. */
function scriptPath(chunkName: string): string {
  return /^[@=]/.test(chunkName) ? chunkName.slice(1).replaceAll(/[\r\n]/g, " ") : "load";
}
