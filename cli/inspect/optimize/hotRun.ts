/**
 * The traced side of `--opt`: calls a function again and again until V8 has made up its mind. It runs in a
 * process of its own that writes V8's log, and tells how it goes by lines of JSON.
 */
import { Writable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import {
  LuaError,
  LuaTable,
  Stopped,
  type InvocationLimits,
  type LuaState,
  type LuaValue,
  type DialectName,
} from "../../../runtime/index.ts";
import { fromBytes, toBytes } from "../../bytes.ts";
import type { CommandContext } from "../../command.ts";
import { isLuaSyntaxError } from "../../compile.ts";
import { ProgramExit } from "../../luaState.ts";
import { describeError } from "../../describeError.ts";
import { streamFiles } from "../../streamFiles.ts";
import { isCallable, loadHotModule, openHotState, type HotModuleOptions } from "./hotModule.ts";
import { runTask } from "./runTask.ts";

export interface HotRunOptions {
  readonly file: string;
  readonly dialect: DialectName;
  /** JSON: the argument, as the gateway makes it from a body. */
  readonly args: string | undefined;
  /** A Lua expression, or statements, that call what is to be hot; else the file's value is called. */
  readonly call: string | undefined;
  /** How long to go on, in seconds. When that is without end, code runs as it does without limits. */
  readonly seconds: number;
  /** How many calls at most. */
  readonly iterations: number;
}

/** How it ended. */
export type HotRunEnd =
  /** The time was over, all calls were made, or one of them ended the program. */
  | { readonly kind: "finished" }
  /** The file gives nothing that could be called, and was not told what to call: it has run once, or ended by itself. */
  | { readonly kind: "program" }
  /** The time was over in the middle of a call, or of loading. */
  | { readonly kind: "stopped"; readonly text: string }
  /** Lua's message and traceback. */
  | { readonly kind: "error"; readonly text: string }
  /** What the file gives can't be called by itself, and nobody said what to call. */
  | { readonly kind: "uncallable" };

export interface HotRunReport {
  readonly calls: number;
  readonly elapsedMs: number;
  readonly end: HotRunEnd;
}

/** One line of what the process writes: how far it is, at last the report. */
export type HotRunMessage = { readonly calls: number } | { readonly report: HotRunReport };

/** Others get their turn, and progress is told, so often. */
const TURN_MS = 50;

/** Writes messages to `context.stdout`; nothing that the program prints gets there. */
export async function hotRun(options: HotRunOptions, context: CommandContext): Promise<void> {
  const send = (message: HotRunMessage): void => {
    context.stdout.write(`${JSON.stringify(message)}\n`);
  };
  const output = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const { cwd, env } = context;
  const standardFiles = streamFiles(output, output);
  const quiet = { cwd, env, stdout: output, stderr: output, standardFiles };
  const state = await openHotState({ ...options, context: quiet });
  const run = new HotRun(state, options, (calls) => {
    send({ calls });
  });
  const end = await run.end(quiet);
  closeState(state);
  send({ report: { calls: run.calls, elapsedMs: run.elapsedMs, end } });
}

/** Timers that are pending run now, and may end the program, which has ended. */
function closeState(state: LuaState): void {
  try {
    state.close();
  } catch (thrown) {
    if (!(thrown instanceof ProgramExit)) throw thrown;
  }
}

class HotRun {
  calls = 0;
  private isLoaded = false;
  private readonly state: LuaState;
  private readonly options: HotRunOptions;
  private readonly onTurn: (calls: number) => void;
  private readonly startMs = performance.now();

  constructor(state: LuaState, options: HotRunOptions, onTurn: (calls: number) => void) {
    this.state = state;
    this.options = options;
    this.onTurn = onTurn;
  }

  get elapsedMs(): number {
    return performance.now() - this.startMs;
  }

  async end(context: HotModuleOptions["context"]): Promise<HotRunEnd> {
    try {
      const value = await loadHotModule(this.state, { ...this.options, context }, this.limits());
      this.isLoaded = true;
      return await this.heat(value);
    } catch (thrown) {
      return this.endOf(thrown);
    }
  }

  /** What is left of the time. */
  private limits(): InvocationLimits {
    const leftMs = Math.max(1, this.options.seconds * 1000 - this.elapsedMs);
    return { cpuMs: leftMs, timeoutMs: leftMs };
  }

  private async heat(value: LuaValue): Promise<HotRunEnd> {
    const { call, iterations } = this.options;
    if (call === undefined && !isCallable(value)) {
      return value === undefined || value === true ? { kind: "program" } : { kind: "uncallable" };
    }
    const expression = call === undefined ? undefined : this.compileCall(call);
    const makeArguments = await this.argumentMaker();
    let turnMs = this.elapsedMs;
    for (;;) {
      const args = makeArguments();
      const callee = expression ?? value;
      const values = expression === undefined ? [args] : [value, args];
      await runTask(this.state, { callee, values, limits: this.limits() });
      this.calls++;
      const nowMs = this.elapsedMs;
      if (this.calls >= iterations || nowMs >= this.options.seconds * 1000) {
        return { kind: "finished" };
      }
      if (nowMs - turnMs < TURN_MS) continue;
      turnMs = nowMs;
      this.onTurn(this.calls);
      await setImmediate();
    }
  }

  /** An expression if it is one, else statements; `M` is what the file returns. */
  private compileCall(call: string): LuaValue {
    const text = toBytes(call);
    try {
      return this.state.load(`local M, args = ... return ${text}`, "=(--call)");
    } catch (thrown) {
      if (!isLuaSyntaxError(thrown)) throw thrown;
      return this.state.load(`local M, args = ... ${text}`, "=(--call)");
    }
  }

  /** A new table for each call, as for each request. */
  private async argumentMaker(): Promise<() => LuaValue> {
    const { args } = this.options;
    if (args === undefined) return () => new LuaTable();
    const text = toBytes(args);
    const callee = this.state.globals.getString("require");
    const [module] = await runTask(this.state, {
      callee,
      values: ["cjson"],
      limits: this.limits(),
    });
    const decode = module instanceof LuaTable ? module.getString("decode") : undefined;
    return () => this.state.call(decode, text)[0];
  }

  private endOf(thrown: unknown): HotRunEnd {
    if (thrown instanceof Stopped) {
      return { kind: "stopped", text: fromBytes(`${thrown.message}\n${thrown.traceback}`) };
    }
    if (thrown instanceof ProgramExit) return { kind: this.isLoaded ? "finished" : "program" };
    // What is none of Lua is a bug of ours.
    const isLua = thrown instanceof LuaError || isLuaSyntaxError(thrown);
    if (!isLua) throw thrown;
    return { kind: "error", text: fromBytes(describeError(this.state, thrown) ?? "nil") };
  }
}
