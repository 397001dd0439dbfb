/** Searching a string: `find` and `match`. */
import { current } from "../../core/current.ts";
import type { LuaValue, Results } from "../../core/value.ts";
import { checkString, optionalPosition } from "../arguments.ts";
import { findPattern } from "./patterns/pattern.ts";
import { searchText } from "./searchText.ts";

/** A pattern without any of these is plain text for `find`: as LuaJIT's `lj_str_haspattern`. */
const SPECIALS = "^$*+?.([%-";

const isSpecial = Uint8Array.from({ length: 256 }, (_, code) =>
  SPECIALS.includes(String.fromCharCode(code)) ? 1 : 0,
);

export function find(
  subject: LuaValue,
  pattern: LuaValue,
  init: LuaValue,
  plain: LuaValue,
): Results {
  const text = checkString(subject, 1);
  const source = checkString(pattern, 2);
  const from = startOffset(text, init);
  if (from < 0) return undefined;
  const isPlain = (plain !== undefined && plain !== false) || !hasSpecials(source);
  if (isPlain) {
    const start = searchText(text, source, from);
    return start < 0 ? undefined : [start + 1, start + source.length];
  }
  const compiled = findPattern(source);
  const start = compiled.search(text, from);
  if (start < 0) return undefined;
  switch (compiled.captureCount) {
    case 0:
      return [start + 1, compiled.end];
    case 1:
      return [start + 1, compiled.end, compiled.capture(text, 0)];
    case 2:
      return [start + 1, compiled.end, compiled.capture(text, 0), compiled.capture(text, 1)];
    default:
      return compiled.appendCaptures(text, [start + 1, compiled.end]);
  }
}

export function match(subject: LuaValue, pattern: LuaValue, init: LuaValue): Results {
  const text = checkString(subject, 1);
  const source = checkString(pattern, 2);
  const from = startOffset(text, init);
  if (from < 0) return undefined;
  const compiled = findPattern(source);
  const start = compiled.search(text, from);
  return start < 0 ? undefined : compiled.captures(text, start);
}

/** Where to begin; -1 for behind the end, where Lua 5.2 finds nothing and Lua 5.1 begins at the end. */
function startOffset(text: string, init: LuaValue): number {
  if (init === undefined) return 0;
  const first = optionalPosition(init, 3, 1);
  const offset = Math.max(first < 0 ? first + text.length : first - 1, 0);
  if (offset <= text.length) return offset;
  return current.state.isLua52Compatible ? -1 : text.length;
}

function hasSpecials(source: string): boolean {
  for (let offset = 0; offset < source.length; offset++) {
    if (isSpecial[source.charCodeAt(offset)] === 1) return true;
  }
  return false;
}
