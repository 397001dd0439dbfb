/** Chunks from strings, functions and files (manual 5.1). */
import { ALARM, alarm, checkpoint } from "../../core/budget.ts";
import { cString } from "../../core/cString.ts";
import { first, settleAll } from "../../core/call.ts";
import { current } from "../../core/current.ts";
import { raise, toLuaError } from "../../core/error.ts";
import { BuiltinFrame, builtinCode, firstOf, leave, type ResumeCode } from "../../core/frames.ts";
import { numberToString } from "../../core/number.ts";
import { CANNOT_LOAD, isRefused } from "../../core/refusedCode.ts";
import { LuaTable } from "../../core/table.ts";
import { threadGlobals } from "../../core/threadGlobals.ts";
import type { LuaFunction, LuaValue, Results } from "../../core/value.ts";
import type { HostFileError, HostFiles, LuaSyntaxError } from "../../host.ts";
import { callerError, checkFunction, checkString, optionalString } from "../arguments.ts";
import { bufferOf } from "../buffer/luaBuffer.ts";
import { fileErrorText } from "../io/fileErrorText.ts";
import { LuaFile } from "../io/luaFile.ts";
import { standardInput } from "../io/streams.ts";
import { defineBuiltin } from "../library.ts";
import { noteFile } from "../package/moduleLoad.ts";
import { loadDump } from "../string/dump/dump.ts";

/** What `load` gives when it fails: nil and an error value, mostly a message. */
type LoadFailure = readonly [undefined, LuaValue];

/** `load` and `loadstring`, which are one in LuaJIT. @param point Of the one that was called. */
export function loadChunk(values: readonly LuaValue[], code: ResumeCode): Results {
  const [chunk, nameValue, modeValue, environment] = values;
  // As LuaJIT, all others before the chunk.
  optionalString(nameValue, 2, "");
  const mode = optionalString(modeValue, 3, "bt");
  if (typeof chunk === "string" || typeof chunk === "number") {
    const source = checkString(chunk, 1);
    const chunkName = optionalString(nameValue, 2, source);
    return loadSource(source, chunkName, mode, environment);
  }
  const buffer = bufferOf(chunk);
  if (buffer !== undefined) {
    const chunkName = optionalString(nameValue, 2, "");
    return loadSource(buffer.text(), chunkName, mode, environment);
  }
  const reader = checkFunction(chunk, 1);
  const chunkName = optionalString(nameValue, 2, "=(load)");
  const finish = (source: string) => loadSource(source, chunkName, mode, environment);
  return new Reading(code, reader, finish).read();
}

/**
 * The main function of a chunk, given as a string or as a function that gives it in pieces; nil and
 * a message when it has a mistake. The fourth argument is its environment.
 *
 * @signature (chunk [, name [, mode [, environment]]])
 * @manual 5.1
 */
export const load = defineBuiltin("load", (...values) => loadChunk(values, LOAD_CODE));

/** The same as `load`. @signature (chunk [, name [, mode [, environment]]]) @manual 5.1 */
export const loadstring = defineBuiltin("loadstring", (...values) =>
  loadChunk(values, LOADSTRING_CODE),
);

const LOAD_CODE = builtinCode("load");
const LOADSTRING_CODE = builtinCode("loadstring");

/** The main function of a file, of the standard input when no name is given. @manual 5.1 */
export const loadfile = defineBuiltin("loadfile", (pathValue, modeValue, environment) => {
  const path = pathValue === undefined ? undefined : checkString(pathValue, 1);
  // PUC Lua knows no more than the name.
  if (current.state.isPuc51) return loadFile(path, "bt", undefined);
  return loadFile(path, optionalString(modeValue, 2, "bt"), environment);
});

/** Loads and runs a file, or the standard input. Returns its results. @manual 5.1 */
export const dofile = defineBuiltin("dofile", (pathValue) => {
  const path = pathValue === undefined ? undefined : checkString(pathValue, 1);
  const loaded = loadFile(path, "bt", undefined);
  if (typeof loaded !== "function") return raise(loaded[1]);
  const results = settleAll(loaded());
  return results ?? leave(new DofileFrame());
});

const DOFILE_CODE = builtinCode("dofile");

/** A `dofile` whose file suspended. */
class DofileFrame extends BuiltinFrame {
  constructor() {
    super(DOFILE_CODE);
  }

  run(results: Results): Results {
    return results;
  }
}

/**
 * The main function of a file; nil and a message when that fails.
 *
 * @param path `undefined` means the standard input.
 * @param files Where it is.
 */
export function loadFile(
  path: string | undefined,
  mode: string,
  environment: LuaValue,
  files: Pick<HostFiles, "read"> = current.state.host.files,
): LuaFunction | LoadFailure {
  if (path !== undefined) noteFile(path);
  const source = path === undefined ? readStandardInput() : files.read(path);
  if (typeof source === "string") {
    if (path === undefined) return loadSource(source, "=stdin", mode, environment);
    const chunk = current.state.isPuc51 ? source.replace(SHELL_LINE_AND_MARK, "") : source;
    return loadSource(chunk, `@${path}`, mode, environment);
  }
  const action = source.errno === EISDIR ? "read" : "open";
  return [undefined, `cannot ${action} ${fileErrorText(path ?? "stdin", source)}`];
}

/** The system's number for "Is a directory": such a path can be opened, but not read. */
const EISDIR = 21;

/** The first byte of compiled chunks (LUA_SIGNATURE). */
const BINARY_MARK = "\x1b";

/** A byte order mark, a line for the shell, or both, before that byte: compiled chunks have no such header. */
const HEADER_AND_MARK = /^(?=[\xef#])(?:\xef\xbb\xbf)?(?:#[^\r\n]*(?:\r\n|\n\r|\r|\n))?\x1b/;

/** PUC Lua takes such a line off a compiled chunk, too, if that is a file. */
const SHELL_LINE_AND_MARK = /^#[^\n]*\n(?=\x1b)/;

/** @param name Of the chunk; it ends at a zero byte, also where it is the source itself. */
function loadSource(
  source: string,
  name: string,
  mode: string,
  environmentValue: LuaValue,
): LuaFunction | LoadFailure {
  const { state } = current;
  const chunkName = cString(name);
  const environment = environmentValue instanceof LuaTable ? environmentValue : threadGlobals();
  if (!state.isPuc51 && HEADER_AND_MARK.test(source)) {
    return [undefined, "cannot load malformed bytecode"];
  }
  const isBinary = source.startsWith(BINARY_MARK);
  if (!mode.includes(isBinary ? "b" : "t")) {
    return [undefined, "attempt to load chunk with wrong mode"];
  }
  try {
    return isBinary
      ? loadBinary(source, chunkName, environment)
      : state.load(source, chunkName, environment);
  } catch (thrown) {
    if (isSyntaxError(thrown)) return [undefined, thrown.message];
    if (isRefused(thrown)) return [undefined, CANNOT_LOAD];
    return [undefined, toLuaError(thrown).value];
  }
}

function loadBinary(
  bytes: string,
  chunkName: string,
  environment: LuaTable,
): LuaFunction | LoadFailure {
  const failure = (kind: "incompatible" | "malformed"): LoadFailure => [
    undefined,
    current.state.isPuc51
      ? precompiledMessage(bytes, chunkName, kind)
      : `${binaryName(chunkName, "(binary)")}: cannot load ${kind} bytecode`,
  ];
  try {
    const loaded = loadDump(bytes, chunkName, environment);
    return typeof loaded === "function" ? loaded : failure(loaded);
  } catch (thrown) {
    // A dump of another dialect, or one that somebody made up.
    if (isSyntaxError(thrown)) return failure("incompatible");
    throw thrown;
  }
}

/** How PUC Lua says it: what is shorter than its header ends too early, whatever it begins with. */
function precompiledMessage(
  bytes: string,
  chunkName: string,
  kind: "incompatible" | "malformed",
): string {
  const isCut = kind === "malformed" || bytes.length < PRECOMPILED_HEADER_BYTES;
  const problem = isCut ? "unexpected end" : "bad header";
  return `${binaryName(chunkName, "binary string")}: ${problem} in precompiled chunk`;
}

const PRECOMPILED_HEADER_BYTES = 12;

/** How messages about bytecode name a chunk, which is not how others do. */
function binaryName(chunkName: string, nameless: string): string {
  if (chunkName.startsWith(BINARY_MARK)) return nameless;
  return /^[@=]/.test(chunkName) ? chunkName.slice(1) : chunkName;
}

/** A source from a reader function may not be larger: the function might never end. */
const MAX_READER_BYTES = 2 ** 26;

/** So many pieces are joined at a time; each `+=` would keep an object for itself. */
const PIECES_JOINED = 4096;

/** A `load` that reads pieces, up to nil or ""; left where its reader suspends. */
class Reading extends BuiltinFrame {
  private readonly reader: LuaFunction;
  private readonly finish: (source: string) => Results;
  private source = "";
  private pieces: string[] = [];
  private sizeBytes = 0;
  /** When so much has been read, it is looked at: twice as much each time, so that it costs little. */
  private nextLookBytes = 1;
  private isComplete = false;

  constructor(code: ResumeCode, reader: LuaFunction, finish: (source: string) => Results) {
    super(code);
    this.reader = reader;
    this.finish = finish;
  }

  /** Reads what is left, then loads it. */
  read(): Results {
    try {
      while (!this.isComplete) {
        if (alarm[ALARM.raised] !== 0) checkpoint();
        const piece = first(this.reader());
        if (piece === null) return leave(this);
        this.take(piece);
      }
      return this.finish(this.source + this.pieces.join(""));
    } catch (thrown) {
      return this.fail(thrown);
    }
  }

  run(results: Results): Results {
    try {
      this.take(firstOf(results));
    } catch (thrown) {
      return this.fail(thrown);
    }
    return this.read();
  }

  /** Errors of the reader are results. */
  override fail(thrown: unknown): Results {
    return [undefined, toLuaError(thrown).value];
  }

  private take(piece: LuaValue): void {
    if (piece === undefined || piece === "") {
      this.isComplete = true;
      return;
    }
    if (typeof piece !== "string" && typeof piece !== "number") {
      callerError("reader function must return a string");
    }
    const text = typeof piece === "number" ? numberToString(piece) : piece;
    this.sizeBytes += text.length;
    if (this.sizeBytes > MAX_READER_BYTES) raise("not enough memory");
    this.pieces.push(text);
    const isLookedAt = this.sizeBytes >= this.nextLookBytes;
    if (!isLookedAt && this.pieces.length < PIECES_JOINED) return;
    this.source += this.pieces.join("");
    this.pieces = [];
    if (isLookedAt) this.look();
  }

  /** Ends the reading when what was read so far can become no chunk. */
  private look(): void {
    this.nextLookBytes = 2 * this.sizeBytes;
    const { host, isLua52Compatible } = current.state;
    if (this.source.startsWith(BINARY_MARK)) return;
    this.isComplete = host.isHopeless?.(this.source, { isLua52Compatible }) === true;
  }
}

/** What is left of it: the beginning may have been read by `io.read`. */
function readStandardInput(): string | HostFileError {
  const input = standardInput(current.state) ?? new LuaFile(current.state.host.files.stdin, "file");
  const text = input.readAll();
  return input.takeFailure() ?? text;
}

function isSyntaxError(thrown: unknown): thrown is LuaSyntaxError {
  return (
    typeof thrown === "object" &&
    thrown !== null &&
    (thrown as { isLuaSyntaxError?: unknown }).isLuaSyntaxError === true
  );
}
