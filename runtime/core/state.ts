/**
 * A Lua state: one set of globals, loaded modules and type metatables. Two states in a process
 * share nothing that Lua code can see.
 */
import type { Host } from "../host.ts";
import { call, settleAll, SUSP } from "./call.ts";
import { loadedChunk } from "./chunk.ts";
import { current, TAIL_CALL_BUDGET } from "./current.ts";
import { fault, toLuaError, type MessageHandler } from "./error.ts";
import { makeEnvironment } from "./environment.ts";
import type { TypeMetatables } from "./metatable.ts";
import { Script } from "./script.ts";
import { LuaTable } from "./table.ts";
import { withTraceback } from "./traceback.ts";
import type { LuaFunction, LuaValue } from "./value.ts";

/**
 * - `luajit`: LuaJIT 2.1 as Debian builds it.
 * - `openresty`: the same with its Lua 5.2 compatibility: `__len` and `__pairs` on tables, ...
 */
export type DialectName = "luajit" | "openresty";

export interface StateOptions {
  readonly host: Host;
  readonly dialect: DialectName;
  /** What emitted code gets as `$rt`: the functions of runtime/helpers. */
  readonly helpers: object;
}

export class LuaState {
  readonly host: Host;
  readonly dialect: DialectName;
  /** Whether LuaJIT's Lua 5.2 compatibility is on. */
  readonly isLua52Compatible: boolean;
  readonly globals = new LuaTable();
  /** `package.loaded`. */
  readonly loaded = new LuaTable();
  readonly typeMetatables: TypeMetatables = {};
  /** Runs where an error is raised. `undefined` inside `pcall`. */
  messageHandler: MessageHandler | undefined = undefined;
  /** Some function's environment is, or was, another table than the globals. */
  hasOtherEnvironments = false;
  private readonly helpers: object;
  private readonly scripts = new Map<string, WeakRef<Script>>();
  private readonly forgetScript = new FinalizationRegistry<string>((name) => {
    this.scripts.delete(name);
  });
  /** Some chunk so far works with environments. */
  private usesEnvironments = false;
  private loadCount = 0;

  constructor(options: StateOptions) {
    this.host = options.host;
    this.dialect = options.dialect;
    this.helpers = options.helpers;
    this.isLua52Compatible = options.dialect === "openresty";
    makeEnvironment(this.globals);
  }

  /**
   * Compiles a chunk and returns its main function.
   *
   * @param source Bytes of Lua source.
   * @param chunkName "@path", "=name" or the source itself, as for `load`.
   * @throws LuaSyntaxError
   */
  load(source: string, chunkName: string, environment: LuaTable = this.globals): LuaFunction {
    if (environment !== this.globals) this.hasOtherEnvironments = true;
    const chunk = this.host.compile(source, chunkName, {
      isLua52Compatible: this.isLua52Compatible,
      // Text that a program loads is what such programs run in environments of their making.
      usesEnvironments: this.usesEnvironments && !chunkName.startsWith("@"),
    });
    this.usesEnvironments ||= chunk.usesEnvironments;
    const name = `lua:${String(++this.loadCount)}/${scriptPath(chunkName)}`;
    const script = new Script(name, chunkName, chunk);
    this.scripts.set(name, new WeakRef(script));
    this.forgetScript.register(script, name);
    const factory = this.host.instantiate(chunk.code, name);
    return loadedChunk((env) => factory(this.helpers, script, env), environment, chunkName);
  }

  /** The script that stack frames of this file name belong to. */
  scriptNamed(name: string): Script | undefined {
    return this.scripts.get(name)?.deref();
  }

  /**
   * Enters Lua from outside: calls a function and returns all its results.
   *
   * @throws LuaError with a traceback. Errors of ours pass through as they are.
   */
  call(callee: LuaValue, ...values: LuaValue[]): readonly LuaValue[] {
    const { state: stateBefore, tailBudget: tailBudgetBefore } = current;
    const handlerBefore = this.messageHandler;
    current.state = this;
    current.tailBudget = TAIL_CALL_BUDGET;
    this.messageHandler = withTraceback;
    try {
      const results = settleAll(call(callee, ...values));
      return results === SUSP ? fault.message("waiting here is not supported yet") : results;
    } catch (thrown) {
      throw toLuaError(thrown);
    } finally {
      this.messageHandler = handlerBefore;
      current.tailBudget = tailBudgetBefore;
      current.state = stateBefore;
    }
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
