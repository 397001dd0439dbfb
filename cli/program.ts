/** Runs a Lua program as the `lua` executable does. */
import { loadFile, LuaError, LuaTable, type LuaState } from "../runtime/index.ts";
import { COMMAND_LINE_CHUNK, INIT_CHUNK } from "./chunkNames.ts";
import { describeError } from "./describeError.ts";
import { EXIT_FAILURE } from "./errors.ts";
import { ProgramExit } from "./luaState.ts";
import { luaBanner } from "./luaBanner.ts";
import { saveChunk, type SavedChunk } from "./saveChunk.ts";

/** All texts are byte strings. */
export type ProgramPart =
  | { readonly kind: "module"; readonly name: string }
  /** `chunkName` is what messages call it, when it is not from the command line. */
  | { readonly kind: "code"; readonly code: string; readonly chunkName?: string }
  /** "-" is standard input. */
  | { readonly kind: "file"; readonly path: string }
  /** Runs nothing. */
  | ({ readonly kind: "save" } & SavedChunk);

export interface Program {
  readonly parts: readonly ProgramPart[];
  /** The whole command line, in bytes. */
  readonly words: readonly string[];
  /** Which of the words is the script; their number when there is none. */
  readonly scriptIndex: number;
  /** What messages begin with. */
  readonly name: string;
  /** Whether the environment variable LUA_INIT counts. */
  readonly readsEnvironment: boolean;
  readonly printsVersion: boolean;
  /** What comes behind all parts, unless one of them fails: the REPL. */
  readonly goOn: ((state: LuaState) => Promise<void>) | undefined;
}

/**
 * Runs a program to its end. Errors of the program are printed to its standard error.
 *
 * @returns The exit code.
 */
export async function runProgram(state: LuaState, program: Program): Promise<number> {
  const { files } = state.host;
  try {
    // PUC's `lua` has `arg` for scripts only.
    if (!state.isPuc51) setArguments(state, program);
    if (program.readsEnvironment) await runInit(state, program);
    if (program.printsVersion) printVersion(state);
    for (const part of program.parts) await runPart(state, part, program);
    await program.goOn?.(state);
    // Timers that are pending run now, and are told so.
    state.close();
    return 0;
  } catch (thrown) {
    if (thrown instanceof ProgramExit) return exit(state, thrown);
    const message = describeError(state, thrown);
    files.stdout.flush();
    if (message !== undefined) files.stderr.write(`${program.name}: ${message}\n`);
    return finalize(state, EXIT_FAILURE);
  } finally {
    files.stdout.flush();
    files.stderr.flush();
  }
}

function exit(state: LuaState, { exitCode, isClosing }: ProgramExit): number {
  return isClosing ? finalize(state, exitCode) : exitCode;
}

/** Calls the finalizers. @returns The exit code, which they may change by ending the program. */
function finalize(state: LuaState, exitCode: number): number {
  try {
    state.finalizers.runAll();
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof ProgramExit) return exit(state, thrown);
    throw thrown;
  }
}

/** `arg`: the script at 0, its arguments from 1, the words before it below 0. */
function setArguments({ globals }: LuaState, { words, scriptIndex }: Program): void {
  const table = new LuaTable();
  words.forEach((word, index) => {
    table.set(index - scriptIndex, word);
  });
  globals.setString("arg", table);
}

/** Code, or the name of a file behind "@". */
async function runInit(state: LuaState, program: Program): Promise<void> {
  const init = state.host.process.environmentVariable("LUA_INIT");
  if (init === undefined) return;
  if (init.startsWith("@")) await state.run(loadProgram(state, init.slice(1)));
  else await runPart(state, { kind: "code", code: init, chunkName: INIT_CHUNK }, program);
}

/** To standard output, as LuaJIT does; PUC's `lua` thinks it a message. */
function printVersion(state: LuaState): void {
  const { stdout, stderr } = state.host.files;
  (state.isPuc51 ? stderr : stdout).write(`${luaBanner(state.dialect)}\n`);
}

function runPart(state: LuaState, part: ProgramPart, program: Program): Promise<unknown> {
  switch (part.kind) {
    case "module":
      return state.run(state.globals.getString("require"), part.name);
    case "code":
      return state.run(state.load(part.code, part.chunkName ?? COMMAND_LINE_CHUNK));
    case "save":
      return saveChunk(state, part);
    case "file": {
      if (state.isPuc51) setArguments(state, program);
      const main = loadProgram(state, part.path === "-" ? undefined : part.path);
      return state.run(main, ...program.words.slice(program.scriptIndex + 1));
    }
  }
}

/**
 * @param path `undefined` is standard input.
 * @throws LuaError with the message as `loadfile` gives it
 */
function loadProgram(state: LuaState, path: string | undefined) {
  const loaded = state.enter(() => loadFile(path, "bt", undefined));
  if (typeof loaded === "function") return loaded;
  throw new LuaError(loaded[1]);
}
