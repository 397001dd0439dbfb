/** The iterators of `io.lines` and `file:lines`. */
import { isArray, NONE } from "../../core/call.ts";
import type { LuaFunction, LuaValue } from "../../core/value.ts";
import { callerError } from "../arguments.ts";
import { defineBuiltin } from "../library.ts";
import { readFormats } from "./formats.ts";
import type { LuaFile } from "./luaFile.ts";

/**
 * A function that reads once with the given formats each time it is called.
 *
 * @param closesAtEnd Whether the file is closed when there is nothing more to read.
 */
export function linesIterator(
  file: LuaFile,
  formats: readonly LuaValue[],
  closesAtEnd: boolean,
): LuaFunction {
  return defineBuiltin("lines", () => {
    if (file.isClosed) return callerError("attempt to use a closed file");
    const results = readFormats(file, formats, 1);
    const first = isArray(results) ? results[0] : results;
    if (first !== undefined) return results;
    const message = isArray(results) ? results[1] : undefined;
    if (typeof message === "string") return callerError(message);
    if (!closesAtEnd) return results;
    file.close();
    return NONE;
  });
}
