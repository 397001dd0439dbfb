/** The methods of files (manual 5.7). */
import { NONE } from "../../core/call.ts";
import { current } from "../../core/current.ts";
import type { LuaTable } from "../../core/table.ts";
import { addressOf } from "../../core/toText.ts";
import type { LuaFunction, LuaValue, Results } from "../../core/value.ts";
import { checkOption, optionalInteger, typeError } from "../arguments.ts";
import { defineBuiltin, defineLibrary, libraryTable } from "../library.ts";
import { executionResults } from "../os/execution.ts";
import { readFormats, writeValues } from "./formats.ts";
import { linesIterator } from "./lines.ts";
import type { LuaFile } from "./luaFile.ts";
import {
  checkFile,
  checkOpenFile,
  currentStreams,
  failureResults,
  fileResults,
  type FileValue,
} from "./streams.ts";

export const fileLibrary = defineLibrary("file", {
  /** Closes the file. Standard files stay open. @signature (self) @manual 5.7 */
  close: (...values) => closeFile(fileToClose(values)),

  /** Writes what waits in the buffer. @manual 5.7 */
  flush: (self) => fileResults(checkOpenFile(self, 1).flush()),

  /** An iterator that reads with the given formats, lines by default. @manual 5.7 */
  lines: (self, ...formats) => linesIterator(checkOpenFile(self, 1), formats, false),

  /** Reads by formats: "n", "l", "L", "a" or a number of bytes. @manual 5.7 */
  read: (self, ...formats) => readFormats(checkOpenFile(self, 1), formats, 2),

  /** Sets the position in the file; returns the new one. @manual 5.7 */
  seek: (self, whence, offset) => {
    const file = checkOpenFile(self, 1);
    const start = whence === undefined ? "cur" : checkOption(whence, 2, SEEK_STARTS);
    const position = file.seek(start, seekOffset(offset));
    return typeof position === "number" ? position : failureResults(position);
  },

  /**
   * Sets when output is written: at once, with each line, or when much has collected. How much that is,
   * the size says in C; it is checked only.
   *
   * @manual 5.7
   */
  setvbuf: (self, mode, size) => {
    const file = checkOpenFile(self, 1);
    const buffering = checkOption(mode, 2, BUFFERINGS);
    optionalInteger(size, 3, 0);
    file.setBuffering(buffering);
    return true;
  },

  /** Writes strings and numbers. @signature (self, ...) @manual 5.7 */
  write: (...values) => {
    checkOpenFile(values[0], 1);
    return writeValues(values[0] as FileValue, values, 1);
  },
});

const SEEK_STARTS = ["set", "cur", "end"] as const;
const BUFFERINGS = ["full", "line", "no"] as const;

/** The metatable of the files of a state. */
export function fileMetatable(): LuaTable {
  const metatable = libraryTable(fileLibrary, { __gc: forgetFile, __tostring: fileToString });
  metatable.setConstant("__index", metatable);
  return metatable;
}

/** What Lua does when nothing refers to a file any more; here that is the host's business. */
const forgetFile: LuaFunction = defineBuiltin("file.gc", (self) => {
  const file = checkFile(self, 1);
  if (!file.isClosed) closeFile(file);
  return NONE;
});

const fileToString: LuaFunction = defineBuiltin("file.tostring", (self) => {
  const file = checkFile(self, 1);
  return file.isClosed ? "file (closed)" : `file (${addressOf(file)})`;
});

/** The first argument; the default output when there is none, which nil is not. */
export function fileToClose(values: readonly LuaValue[]): LuaFile {
  return checkOpenFile(values.length === 0 ? currentStreams().output : values[0], 1);
}

/** True, or nil and what went wrong; for a process with Lua 5.2 compatibility how it ended. */
export function closeFile(file: LuaFile): Results {
  if (file.kind === "standard") return [undefined, "cannot close standard file"];
  const end = file.close();
  if (end === undefined) return true;
  if ("errno" in end) return failureResults(end);
  return current.state.isLua52Compatible ? executionResults(end.exitCode) : true;
}

/** A number; unlike elsewhere, a string that spells one is not. */
function seekOffset(value: LuaValue): number {
  if (value === undefined) return 0;
  return typeof value === "number" ? Math.trunc(value) : typeError(value, 3, "number");
}
