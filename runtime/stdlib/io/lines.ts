/** The iterators of `io.lines` and `file:lines`. */
import { current } from "../../core/current.ts";
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
    const { isPuc51 } = current.state;
    if (file.isClosed) {
      return callerError(isPuc51 ? "file is already closed" : "attempt to use a closed file");
    }
    // PUC Lua 5.1 reads lines only.
    const results = readFormats(file, isPuc51 ? [] : formats, 1);
    const first = isArray(results) ? results[0] : results;
    if (first !== undefined) return results;
    const message = isArray(results) ? results[1] : undefined;
    if (typeof message === "string") return callerError(message);
    if (!closesAtEnd) return results;
    file.close();
    return NONE;
  });
}
