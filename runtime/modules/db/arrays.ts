/** Arrays as PostgreSQL writes and reads them: `{1,NULL,"a \"b\"",{...}}`, perhaps with bounds in front (`[0:2]={...}`). */
import { LuaTable } from "../../core/table.ts";
import type { LuaValue } from "../../core/value.ts";

/**
 * @param read Makes values of elements; null is NULL.
 * @param newList Makes a table.
 */
export function readArray(
  text: string,
  read: (text: string | null) => LuaValue,
  newList: () => LuaTable,
): LuaTable {
  const whole = newList();
  /** The lists that are not at their end, outermost first. */
  const open = [whole];
  let list = whole;
  let at = text.indexOf("{") + 1;
  while (at < text.length) {
    const char = text[at];
    if (char === ",") at++;
    else if (char === "{") {
      const inner = newList();
      list.push(inner);
      open.push(inner);
      list = inner;
      at++;
    } else if (char === "}") {
      open.pop();
      const outer = open.at(-1);
      if (outer === undefined) break;
      list = outer;
      at++;
    } else {
      const { value, end } = char === '"' ? quotedAt(text, at) : plainAt(text, at);
      list.push(read(value));
      at = end;
    }
  }
  return whole;
}

interface Element {
  readonly value: string | null;
  readonly end: number;
}

function quotedAt(text: string, start: number): Element {
  let value = "";
  let at = start + 1;
  while (at < text.length && text[at] !== '"') {
    if (text[at] === "\\") at++;
    // All up to what is special goes at once.
    SPECIAL.lastIndex = at + 1;
    const next = SPECIAL.exec(text)?.index ?? text.length;
    value += text.slice(at, next);
    at = next;
  }
  return { value, end: at + 1 };
}

const SPECIAL = /["\\]/g;

function plainAt(text: string, start: number): Element {
  let end = start;
  while (end < text.length && text[end] !== "," && text[end] !== "}") end++;
  const value = text.slice(start, end);
  return { value: value === "NULL" ? null : value, end };
}

/**
 * The text of an array. Lists in it are arrays in turn.
 *
 * @param write The text of an element; null is NULL.
 */
export function writeArray(list: LuaTable, write: (value: LuaValue) => string | null): string {
  const elements = list.array.map((value) => {
    if (value instanceof LuaTable) return writeArray(value, write);
    const text = write(value);
    return text === null ? "NULL" : `"${text.replace(/["\\]/g, "\\$&")}"`;
  });
  return `{${elements.join(",")}}`;
}
