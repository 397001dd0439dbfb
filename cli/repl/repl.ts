/**
 * The REPL: reads a statement, runs it, shows what it returned, and again, until the input ends. As `lua -i` does it
 * (LuaJIT's and PUC's are the same), with two additions where somebody types: an expression needs no `=`, and Ctrl-C
 * ends what runs and nothing else.
 */
import {
  LuaError,
  numberToString,
  Stopped,
  type LuaState,
  type LuaValue,
} from "../../runtime/index.ts";
import { STDIN_CHUNK } from "../chunkNames.ts";
import type { Interrupts } from "../interrupts.ts";
import { describeError } from "../describeError.ts";
import type { Paint } from "../style.ts";
import { Evaluation } from "./evaluation.ts";
import type { LineSource } from "./lineSource.ts";
import { readStatement, type StatementReader } from "./readStatement.ts";
import { showResults } from "./showResults.ts";

export interface ReplOptions {
  readonly state: LuaState;
  readonly source: LineSource;
  /** Where somebody types. */
  readonly typed?: {
    readonly interrupts: Interrupts;
    /** For what goes beyond what `lua` prints. */
    readonly paint: Paint;
  };
  /** Local variables of each statement. */
  readonly locals?: ReadonlyMap<string, LuaValue>;
}

/** Resolves at the end of the input. Rejects with `ProgramExit`, and for bugs of ours. */
export async function runRepl(options: ReplOptions): Promise<void> {
  const { state, source, typed } = options;
  const { stdout } = state.host.files;
  const locals = options.locals ?? new Map<string, LuaValue>();
  const prefix = locals.size === 0 ? "" : `local ${[...locals.keys()].join(", ")} = ...; `;
  const load = (text: string) => state.load(prefix + text, STDIN_CHUNK);
  const reader: StatementReader = {
    source,
    prompt: (isFirst) => promptOf(state, isFirst),
    load,
    takesExpressions: typed !== undefined,
  };
  for (;;) {
    const statement = await readStatement(reader);
    if (statement === undefined) break;
    if (statement.kind === "wrong") complain(state, statement.message);
    if (!("main" in statement)) continue;
    const evaluation = new Evaluation(state, typed?.interrupts);
    try {
      const results = await evaluation.call(statement.main, [...locals.values()]);
      const isPreceded = statement.kind === "expressions";
      await show(options, evaluation, isPreceded ? results.slice(1) : results);
    } catch (thrown) {
      complain(state, describeFailure(state, thrown));
    } finally {
      evaluation.end();
      // The next prompt may not go the same way.
      stdout.flush();
    }
  }
  stdout.write("\n");
  stdout.flush();
}

/** Whoever replaces `print` is told what it does wrong. */
async function show(
  { state, typed }: ReplOptions,
  evaluation: Evaluation,
  results: readonly LuaValue[],
): Promise<void> {
  try {
    await showResults(state, evaluation, results, typed?.paint);
  } catch (thrown) {
    if (!(thrown instanceof LuaError)) throw thrown;
    const text = describeError(state, new LuaError(thrown.value)) ?? "nil";
    complain(state, `error calling 'print' (${text})`);
  }
}

/** What a program is told in `_PROMPT` and `_PROMPT2`. */
function promptOf({ globals }: LuaState, isFirst: boolean): string {
  const prompt = globals.getString(isFirst ? "_PROMPT" : "_PROMPT2");
  if (typeof prompt === "number") return numberToString(prompt);
  return typeof prompt === "string" ? prompt : isFirst ? "> " : ">> ";
}

function describeFailure(state: LuaState, thrown: unknown): string | undefined {
  const text =
    thrown instanceof Stopped
      ? `${thrown.message}\n${thrown.traceback}`
      : describeError(state, thrown);
  // Where a builtin was called last there is no Lua code left to tell of.
  return text?.replace(/\nstack traceback:$/, "");
}

function complain({ host }: LuaState, message: string | undefined): void {
  if (message === undefined) return;
  host.files.stdout.flush();
  host.files.stderr.write(`${message}\n`);
}
