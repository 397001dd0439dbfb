/**
 * `ngx.re`: patterns of PCRE, as OpenResty has them by default (lua-resty-core, PCRE2). The engine is
 * loaded with the first one.
 */
import type { LuaState } from "../../core/state.ts";
import type { LuaTable } from "../../core/table.ts";
import { defineLibrary, libraryTable } from "../../stdlib/library.ts";
import { ngxRe } from "./re.lazy.ts";

export const reLibrary = defineLibrary("ngx.re", {
  /**
   * The first match of a pattern: a table with all of it at 0, its groups at 1, 2, ... and under their
   * names, false for those that took no part. Nil when there is none, nil and a message when the pattern
   * is wrong. Begins at `context.pos` (from 1) if there is such a context, and sets it to what follows
   * the match. A table given last is filled instead of a new one.
   *
   * Options are letters: `i` ignores case, `m` matches `^` and `$` at all lines, `s` lets `.` match
   * newlines, `x` ignores blanks and comments, `a` matches only where the search begins, `u` reads UTF-8,
   * `U` the same without a check, `d` looks for the longest match, `D` lets groups share names, `J` is
   * nearer to JavaScript; `j` and `o` have no effect.
   *
   * @signature (subject, pattern [, options [, context [, table]]])
   * @throws LuaError 'unknown flag "z" (flags "z")'
   */
  match: (...values) => ngxRe().match(values),

  /**
   * Where the first match begins and ends, from 1; of a group, if one is given. Nil when there is none;
   * nil, nil and a message when the pattern is wrong. Otherwise as `ngx.re.match`.
   *
   * @signature (subject, pattern [, options [, context [, group]]])
   * @throws LuaError 'unknown flag "z" (flags "z")'
   */
  find: (...values) => ngxRe().find(values),

  /**
   * A function that gives match after match, as `ngx.re.match` does, then nil; nil and a message when the
   * pattern is wrong.
   *
   * @signature (subject, pattern [, options])
   * @throws LuaError 'unknown flag "z" (flags "z")'
   */
  gmatch: (...values) => ngxRe().gmatch(values),

  /**
   * The subject with its first match replaced, and how many were: 0 or 1. Nil, nil and a message when the
   * pattern or the replacement is wrong. In a replacement `$0` is all of the match, `$1` or `${1}` a group,
   * `$$` a dollar. A function is called with what `ngx.re.match` gives, and may wait.
   *
   * @signature (subject, pattern [, replacement [, options]])
   * @throws LuaError 'unknown flag "z" (flags "z")'
   */
  sub: (...values) => ngxRe().substitute(values, false),

  /** As `ngx.re.sub`, for all matches. @signature (subject, pattern [, replacement [, options]]) @throws LuaError 'unknown flag "z" (flags "z")' */
  gsub: (...values) => ngxRe().substitute(values, true),
});

const splitLibrary = defineLibrary("ngx.re", {
  /**
   * The parts of a text between the matches of a pattern, as a list, each followed by what the first group
   * of the match has, if any; empty ones at the end are left out. At most so many parts, if a maximum is
   * given. Nil and a message when the pattern is wrong. Of the module `ngx.re`, as in OpenResty.
   *
   * @signature (subject, pattern [, options [, context [, maximum [, table]]]])
   * @throws LuaError 'unknown flag "z" (flags "z")', "res is not a table"
   */
  split: (...values) => ngxRe().split(values),

  /** Accepted for the sake of programs written for OpenResty: "jit_stack_size" has no effect. @signature (option, value) @throws LuaError "unrecognized option name" */
  opt: (option) => ngxRe().setOption(option),
});

/** Makes the table of the module `ngx.re`, which is not the one in `ngx`. */
export function openRe(_state: LuaState): LuaTable {
  return libraryTable(splitLibrary);
}
