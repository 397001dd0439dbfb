/** The files of a state: the standard ones, the default ones, and what makes a value a file. */
import { current } from "../../core/current.ts";
import type { LuaState } from "../../core/state.ts";
import type { LuaTable } from "../../core/table.ts";
import { LuaUserdata } from "../../core/userdata.ts";
import type { LuaValue, Results } from "../../core/value.ts";
import type { HostFile, HostFileError } from "../../host.ts";
import { callerError, typeError } from "../arguments.ts";
import { fileErrorText } from "./fileErrorText.ts";
import { LuaFile, type FileKind } from "./luaFile.ts";

/** A file as a Lua value. */
export type FileValue = LuaUserdata<LuaFile>;

export interface Streams {
  /** The metatable of all files. */
  readonly metatable: LuaTable;
  readonly stdin: FileValue;
  readonly stdout: FileValue;
  readonly stderr: FileValue;
  /** What `io.read` reads. */
  input: FileValue;
  /** What `io.write` writes. */
  output: FileValue;
}

const streamsOfStates = new WeakMap<LuaState, Streams>();

/** @param metatable For all files of the state. */
export function createStreams(state: LuaState, metatable: LuaTable): Streams {
  const { files } = state.host;
  const standard = (file: HostFile) => new LuaUserdata(new LuaFile(file, "standard"), metatable);
  const [stdin, stdout, stderr] = [
    standard(files.stdin),
    standard(files.stdout),
    standard(files.stderr),
  ];
  const streams = { metatable, stdin, stdout, stderr, input: stdin, output: stdout };
  streamsOfStates.set(state, streams);
  return streams;
}

/** The files of the running state. */
export function currentStreams(): Streams {
  const streams = streamsOfStates.get(current.state);
  if (streams === undefined) throw new Error("the io library is not open");
  return streams;
}

/** What a state reads of its standard input; `undefined` without the io library. */
export function standardInput(state: LuaState): LuaFile | undefined {
  return streamsOfStates.get(state)?.stdin.payload;
}

/** A newly opened file, or what went wrong. */
export function fileOrError(
  file: HostFile | HostFileError,
  kind: FileKind,
  name?: string,
): FileValue | Results {
  if ("errno" in file) return failureResults(file, name);
  return newFileValue(file, kind);
}

export function newFileValue(file: HostFile, kind: FileKind): FileValue {
  return new LuaUserdata(new LuaFile(file, kind), currentStreams().metatable);
}

export function isFile(value: LuaValue): value is FileValue {
  return value instanceof LuaUserdata && value.payload instanceof LuaFile;
}

/** @throws LuaError "bad argument #1 to 'read' (FILE* expected, got nil)" */
export function checkFile(value: LuaValue, argument: number): LuaFile {
  return isFile(value) ? value.payload : typeError(value, argument, "FILE*");
}

/** @throws LuaError "attempt to use a closed file" */
export function checkOpenFile(value: LuaValue, argument: number): LuaFile {
  const file = checkFile(value, argument);
  return file.isClosed ? callerError("attempt to use a closed file") : file;
}

/** The file of `io.read` or `io.write`. @throws LuaError "standard file is closed" */
export function openDefault(which: "input" | "output"): LuaFile {
  const { payload } = currentStreams()[which];
  if (!payload.isClosed) return payload;
  const name = current.state.isPuc51 ? `${which} ` : "";
  return callerError(`standard ${name}file is closed`);
}

/** What a failed operation on a file returns (`luaL_fileresult`). */
export function failureResults(failure: HostFileError, name?: string): Results {
  const { message, errno } = failure;
  return [undefined, name === undefined ? message : fileErrorText(name, failure), errno];
}

/** The same, or true. */
export function fileResults(failure: HostFileError | undefined, name?: string): Results {
  return failure === undefined ? true : failureResults(failure, name);
}
