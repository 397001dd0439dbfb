/** The io library (manual 5.7). Synchronous: nothing else runs while it waits for a file. */
import { cString } from "../../core/cString.ts";
import { current } from "../../core/current.ts";
import type { LuaState } from "../../core/state.ts";
import type { LuaTable } from "../../core/table.ts";
import type { LuaValue } from "../../core/value.ts";
import type { HostFile } from "../../host.ts";
import { argumentError, checkAny, checkString, optionalString } from "../arguments.ts";
import { defineLibrary, libraryTable } from "../library.ts";
import { noteFile } from "../package/moduleLoad.ts";
import { fileErrorText } from "./fileErrorText.ts";
import { readFormats, writeValues } from "./formats.ts";
import { linesIterator } from "./lines.ts";
import { LuaFile } from "./luaFile.ts";
import { closeFile, fileMetatable, fileToClose } from "./methods.ts";
import {
  checkOpenFile,
  createStreams,
  currentStreams,
  fileOrError,
  fileResults,
  isFile,
  newFileValue,
  openDefault,
  type FileValue,
} from "./streams.ts";

/** The table `io` of a state. */
export function openIo(state: LuaState): LuaTable {
  const { stdin, stdout, stderr } = createStreams(state, fileMetatable());
  return libraryTable(ioLibrary, { stdin, stdout, stderr });
}

export const ioLibrary = defineLibrary("io", {
  /** Closes a file, by default the default output. @signature ([file]) @manual 5.7 */
  close: (...values) => closeFile(fileToClose(values)),

  /** Writes what waits in the buffer of the default output. @manual 5.7 */
  flush: () => fileResults(openDefault("output").flush()),

  /** The default input; or makes a file, or the file of a name, the default input. @signature ([file]) @manual 5.7 */
  input: (file) => {
    const streams = currentStreams();
    if (file !== undefined) streams.input = fileToUse(file, "r");
    return streams.input;
  },

  /**
   * An iterator over the lines of a file, which is closed at its end; without a name over those of
   * the default input.
   *
   * @signature ([name, ...])
   * @manual 5.7
   * @throws LuaError "bad argument #1 to 'lines' (x: No such file or directory)"
   */
  lines: (name, ...formats) => {
    if (name === undefined) {
      const { input } = currentStreams();
      if (current.state.isPuc51) checkOpenFile(input, 1);
      return linesIterator(input.payload, formats, false);
    }
    return linesIterator(new LuaFile(openNamed(name, "r"), "file"), formats, true);
  },

  /** Opens a file; nil, a message and a number when that fails. @manual 5.7 */
  open: (name, mode) => {
    const path = checkString(name, 1);
    const { files } = current.state.host;
    noteFile(path);
    return fileOrError(files.open(path, optionalString(mode, 2, "r")), "file", path);
  },

  /** The default output; or makes a file, or the file of a name, the default output. @signature ([file]) @manual 5.7 */
  output: (file) => {
    const streams = currentStreams();
    if (file !== undefined) streams.output = fileToUse(file, "w");
    return streams.output;
  },

  /** Starts a shell command and opens its output or its input. @manual 5.7 */
  popen: (commandValue, mode) => {
    const command = cString(checkString(commandValue, 1));
    const { files } = current.state.host;
    const direction = cString(optionalString(mode, 2, "r"));
    return fileOrError(files.popen(command, direction), "process", command);
  },

  /** Reads from the default input, as `file:read`. @manual 5.7 */
  read: (...formats) => readFormats(openDefault("input"), formats, 1),

  /** Opens a file that is gone when the program ends. @manual 5.7 */
  tmpfile: () => fileOrError(current.state.host.files.temporaryFile(), "file"),

  /** "file", "closed file", or nil for a value that is no file. @manual 5.7 */
  type: (value) => {
    const file = checkAny(value, 1);
    if (!isFile(file)) return undefined;
    return file.payload.isClosed ? "closed file" : "file";
  },

  /** Writes to the default output, as `file:write`. @manual 5.7 */
  write: (...values) => {
    const { output } = currentStreams();
    openDefault("output");
    return writeValues(output, values, 0);
  },
});

/** The file that `io.input` or `io.output` is told to use. */
function fileToUse(file: LuaValue, mode: "r" | "w"): FileValue {
  if (!isFile(file)) return newFileValue(openNamed(file, mode), "file");
  checkOpenFile(file, 1);
  return file;
}

function openNamed(name: LuaValue, mode: "r" | "w"): HostFile {
  const path = checkString(name, 1);
  noteFile(path);
  const file = current.state.host.files.open(path, mode);
  return "errno" in file ? argumentError(1, fileErrorText(path, file)) : file;
}
