import { NONE } from "../../core/call.ts";
import type { LuaFunction, LuaValue } from "../../core/value.ts";
import { checkString } from "../arguments.ts";
import { findUnanchoredPattern } from "./patterns/pattern.ts";

export function gmatch(subject: LuaValue, pattern: LuaValue): LuaFunction {
  const text = checkString(subject, 1);
  const compiled = findUnanchoredPattern(checkString(pattern, 2));
  let from = 0;
  return {
    // The key names the function, which makes it a builtin in tracebacks as `defineBuiltin` does;
    // but that takes five times as long as all of `gmatch`.
    "lua string.gmatch_iterator": () => {
      if (from > text.length) return NONE;
      const start = compiled.search(text, from);
      if (start < 0) return NONE;
      const { end } = compiled;
      // An empty match must not be found again.
      from = end === start ? end + 1 : end;
      return compiled.captures(text, start);
    },
  }["lua string.gmatch_iterator"];
}
