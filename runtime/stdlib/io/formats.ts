/** What `read` reads and `write` writes (manual 5.7, `file:read`). */
import { current } from "../../core/current.ts";
import { raise } from "../../core/error.ts";
import { typeOf } from "../../core/metatable.ts";
import { numberToString } from "../../core/number.ts";
import type { LuaValue, Results } from "../../core/value.ts";
import { argumentError, checkInteger } from "../arguments.ts";
import { bufferOf } from "../buffer/luaBuffer.ts";
import type { LuaFile } from "./luaFile.ts";
import { failureResults, fileResults, type FileValue } from "./streams.ts";

/**
 * Reads a value for each format, up to the first one that fails, which gives nil; without formats a
 * line.
 *
 * @param firstArgument The argument number of the first format.
 * @throws LuaError "bad argument #1 to 'read' (invalid format)"
 */
export function readFormats(
  file: LuaFile,
  formats: readonly LuaValue[],
  firstArgument: number,
): Results {
  file.takeFailure();
  if (formats.length === 0) return withFailure(file, file.readLine(false));
  const results: LuaValue[] = [];
  for (let index = 0; index < formats.length; index++) {
    const value = readFormat(file, formats[index], firstArgument + index);
    results.push(value);
    if (value === undefined) break;
  }
  return withFailure(file, results.length === 1 ? results[0] : results);
}

function withFailure(file: LuaFile, results: Results): Results {
  const failure = file.takeFailure();
  return failure === undefined ? results : failureResults(failure);
}

function readFormat(file: LuaFile, format: LuaValue, argument: number): LuaValue {
  if (typeof format === "number") {
    const count = checkInteger(format, argument);
    return count < 0 ? raise("not enough memory") : file.readBytes(count);
  }
  if (typeof format !== "string") return argumentError(argument, "invalid option");
  if (current.state.isPuc51) checkPucFormat(format, argument);
  // Only the first letter counts, and the star is optional.
  switch (format.charAt(format.startsWith("*") ? 1 : 0)) {
    case "n":
      return file.readNumber();
    case "l":
      return file.readLine(false);
    case "L":
      return file.readLine(true);
    case "a":
      return file.readAll();
    default:
      return argumentError(argument, "invalid format");
  }
}

/** In PUC Lua 5.1 the star must be there, and there is no "*L". */
function checkPucFormat(format: string, argument: number): void {
  if (!format.startsWith("*")) argumentError(argument, "invalid option");
  if (format.charAt(1) === "L") argumentError(argument, "invalid format");
}

/**
 * Writes strings and numbers. Returns true, or the file with Lua 5.2 compatibility.
 *
 * @param values Those from `start` on are written.
 * @throws LuaError "bad argument #1 to 'write' (string expected, got nil)"
 */
export function writeValues(value: FileValue, values: readonly LuaValue[], start: number): Results {
  const file = value.payload;
  let failure = undefined;
  for (let offset = start; offset < values.length; offset++) {
    const text = textToWrite(values[offset], offset + 1);
    failure ??= file.write(text);
  }
  return failure === undefined && current.state.isLua52Compatible ? value : fileResults(failure);
}

function textToWrite(value: LuaValue, argument: number): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberToString(value);
  const buffer = bufferOf(value);
  if (buffer !== undefined) return buffer.text();
  return argumentError(argument, `string expected, got ${typeOf(value)}`);
}
