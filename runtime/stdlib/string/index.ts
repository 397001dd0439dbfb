/** The string library (manual 5.4). Strings are byte strings, positions count from 1. */
import { defineLibrary } from "../library.ts";
import { dump } from "./dump/dump.ts";
import { find, match } from "./find.ts";
import { format } from "./format/format.ts";
import { gmatch } from "./gmatch.ts";
import { gsub } from "./gsub.ts";
import { byte, char, len, lower, rep, reverse, sub, upper } from "./simple.ts";

export const stringLibrary = defineLibrary("string", {
  /**
   * The codes of the bytes from position `i` to `j`, by default of the first.
   *
   * @signature (subject [, i [, j]])
   * @manual 5.4
   * @throws LuaError "string slice too long" for more than 8000 bytes
   */
  byte,
  /** The string of the bytes with these codes. @manual 5.4 */
  char,
  /**
   * A function as a string, from which `load` makes it again, with upvalues that are nil. With `strip`
   * without its lines and the name of its chunk. The same function always gives the same string.
   *
   * @signature (function [, strip])
   * @manual 5.4
   * @throws LuaError "unable to dump given function" for builtin functions
   */
  dump,
  /**
   * The positions of the first match of a pattern at or after `init`, and its captures; nil when
   * there is none. With `plain` the pattern is plain text.
   *
   * @signature (subject, pattern [, init [, plain]])
   * @manual 5.4
   */
  find,
  /**
   * Formats values as C's `printf` does; also `%q` (a Lua literal), `%a` and `%p`. Widths and
   * precisions have at most two digits.
   *
   * @manual 5.4
   * @throws LuaError "invalid option '%y' to 'format'"
   */
  format,
  /** An iterator over the matches of a pattern; it gives the captures. @manual 5.4 */
  gmatch,
  /**
   * Replaces the matches of a pattern, at most `n` of them, by a string with captures as `%1`, by
   * what a table holds for the first capture, or by what a function returns for the captures.
   * Gives the number of matches, too.
   *
   * @signature (subject, pattern, replacement [, n])
   * @manual 5.4
   * @throws LuaError "invalid replacement value (a table)"
   */
  gsub,
  /** The number of bytes. @manual 5.4 */
  len,
  /** The string with A to Z in lower case. @manual 5.4 */
  lower,
  /**
   * The captures of the first match of a pattern, or all of it; nil when there is none.
   *
   * @signature (subject, pattern [, init])
   * @manual 5.4
   */
  match,
  /**
   * `n` copies of a string, with a separator in between.
   *
   * @signature (subject, n [, separator])
   * @manual 5.4
   */
  rep,
  /** The bytes in reverse order. @manual 5.4 */
  reverse,
  /**
   * The bytes from position `i` to `j`; negative positions count from the end.
   *
   * @signature (subject, i [, j])
   * @manual 5.4
   */
  sub,
  /** The string with a to z in upper case. @manual 5.4 */
  upper,
});
