/** Runs a Lua program as the `lua` executable does. */
import { LuaError, LuaTable, type LuaState, type LuaValue } from "../runtime/index.ts";
import { COMMAND_LINE_CHUNK, STDIN_CHUNK } from "./chunkNames.ts";
import { isLuaSyntaxError } from "./compile.ts";
import { EXIT_FAILURE } from "./errors.ts";
import { ProgramExit } from "./luaState.ts";

/** All texts are byte strings. */
export type ProgramPart =
  | { readonly kind: "module"; readonly name: string }
  | { readonly kind: "code"; readonly code: string }
  /** "-" is standard input. */
  | { readonly kind: "file"; readonly path: string };

export interface Program {
  readonly parts: readonly ProgramPart[];
  /** The whole command line, in bytes. */
  readonly words: readonly string[];
  /** Which of the words is the script; their number when there is none. */
  readonly scriptIndex: number;
}

/**
 * Runs a program to its end. Errors of the program are printed to its standard error.
 *
 * @returns The exit code.
 */
export async function runProgram(state: LuaState, program: Program): Promise<number> {
  const { files } = state.host;
  try {
    setArguments(state, program);
    for (const part of program.parts) await runPart(state, part, program);
    // Timers that are pending run now, and are told so.
    state.close();
    return 0;
  } catch (thrown) {
    if (thrown instanceof ProgramExit) return thrown.exitCode;
    const message = describeError(state, thrown);
    files.stdout.flush();
    files.stderr.write(`lua: ${message}\n`);
    return EXIT_FAILURE;
  } finally {
    files.stdout.flush();
    files.stderr.flush();
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

function runPart(state: LuaState, part: ProgramPart, program: Program): Promise<unknown> {
  switch (part.kind) {
    case "module":
      return state.run(state.globals.getString("require"), part.name);
    case "code":
      return state.run(state.load(part.code, COMMAND_LINE_CHUNK));
    case "file": {
      const main = state.load(readSource(state, part.path), chunkName(part.path));
      return state.run(main, ...program.words.slice(program.scriptIndex + 1));
    }
  }
}

function chunkName(path: string): string {
  return path === "-" ? STDIN_CHUNK : `@${path}`;
}

function readSource(state: LuaState, path: string): string {
  if (path === "-") return readAll(state);
  const source = state.host.files.read(path);
  if (typeof source === "string") return source;
  throw new LuaError(`cannot open ${path}: ${source.message}`);
}

const READ_SIZE_BYTES = 65536;

function readAll({ host }: LuaState): string {
  const pieces: string[] = [];
  for (;;) {
    const piece = host.files.stdin.read(READ_SIZE_BYTES);
    if (typeof piece !== "string") {
      throw new LuaError(`cannot read stdin: ${piece.message}`);
    }
    if (piece === "") return pieces.join("");
    pieces.push(piece);
  }
}

/** What `lua` prints for an error. What is none of Lua is thrown on. */
export function describeError(state: LuaState, thrown: unknown): string {
  if (isLuaSyntaxError(thrown)) return thrown.message;
  if (!(thrown instanceof LuaError)) throw thrown;
  const text = errorText(state, thrown.value);
  if (text === undefined) return "(error object is not a string)";
  return thrown.traceback === undefined ? text : `${text}\n${thrown.traceback}`;
}

/** @returns `undefined` for a value that has no text of its own. */
function errorText(state: LuaState, value: LuaValue): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "number" && !hasText(value)) return undefined;
  try {
    const [text] = state.call(state.globals.getString("tostring"), value);
    return typeof text === "string" ? text : undefined;
  } catch (thrown) {
    if (thrown instanceof LuaError) return undefined;
    throw thrown;
  }
}

function hasText(value: LuaValue): boolean {
  return value instanceof LuaTable && value.metatable?.getString("__tostring") !== undefined;
}
