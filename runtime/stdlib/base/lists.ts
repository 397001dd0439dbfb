/** Value lists (manual 5.1). */
import { NONE } from "../../core/call.ts";
import type { LuaValue } from "../../core/value.ts";
import { argumentError, callerError, checkInteger, checkTable } from "../arguments.ts";
import { defineBuiltin } from "../library.ts";

/** A function of LuaJIT may have so many values on its stack (LUAI_MAXCSTACK). */
const MAX_STACK_VALUES = 8000;

/**
 * The arguments from a position on, or their number for "#".
 *
 * @helper
 * @effects none
 * @manual 5.1
 * @throws LuaError "bad argument #1 to 'select' (index out of range)"
 */
// Emitted code that finds this under its name does the same by itself (compiler/3-generate/expressions/selection.ts).
export const select = defineBuiltin("select", (selector, ...values) => {
  if (typeof selector === "string" && selector.startsWith("#")) return values.length;
  const position = checkInteger(selector, 1);
  const start = position < 0 ? values.length + position : position - 1;
  if (position === 0 || start < 0) return argumentError(1, "index out of range");
  return start === values.length - 1 ? values[start] : values.slice(start);
});

/**
 * The elements `from` to `to` of a table. Raw, as in LuaJIT.
 *
 * @manual 5.1
 * @throws LuaError "too many results to unpack"
 */
export const unpack = defineBuiltin("unpack", (...values) => {
  const [list, from, to] = values;
  const table = checkTable(list, 1);
  const start = from === undefined ? 1 : checkInteger(from, 2);
  const end = to === undefined ? table.length() : checkInteger(to, 3);
  if (start > end) return NONE;
  if (end - start + 1 + values.length > MAX_STACK_VALUES) {
    return callerError("too many results to unpack");
  }
  const elements: LuaValue[] = [];
  for (let luaIndex = start; luaIndex <= end; luaIndex++) {
    elements.push(table.getNumber(luaIndex));
  }
  return elements;
});
