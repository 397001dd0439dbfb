/** What is printed of a value by `ngx.print`. */
import { TableIterator } from "../../../core/iterate.ts";
import { typeOf } from "../../../core/metatable.ts";
import { LuaTable } from "../../../core/table.ts";
import { plainText } from "../../../core/toText.ts";
import type { LuaValue } from "../../../core/value.ts";
import { JSON_NULL } from "../../../json/index.ts";
import { argumentError } from "../../../stdlib/arguments.ts";

/** A list whose largest index is beyond this, though it has few elements, is a slip. */
const MAX_SPARSE_LENGTH = 1 << 20;

/** The bytes of all arguments. @throws LuaError "bad argument #1 to 'print' (non-array table found)" */
export function printedText(values: readonly LuaValue[]): string {
  // Nearly all calls have one string.
  const [first] = values;
  if (values.length === 1 && typeof first === "string") return first;
  return values.map((value, place) => textOf(value, place + 1)).join("");
}

function textOf(value: LuaValue, argument: number): string {
  if (value instanceof LuaTable) return textOfList(value, argument);
  if (isPlain(value)) return plainText(value);
  if (value === JSON_NULL) return "null";
  const expected = "string, number, boolean, nil, ngx.null, or array table expected";
  return argumentError(argument, `${expected}, but got ${typeOf(value)}`);
}

/** Of a table and the tables in it: their elements, one after the other. Metatables play no part. */
function textOfList(list: LuaTable, argument: number): string {
  const length = lengthOf(list, argument);
  let text = "";
  for (let index = 1; index <= length; index++) {
    const value = list.getNumber(index);
    if (value instanceof LuaTable) text += textOfList(value, argument);
    else if (isPlain(value)) text += plainText(value);
    else if (value === JSON_NULL) text += "null";
    else return argumentError(argument, `bad data type ${typeOf(value)} found`);
  }
  return text;
}

/** The largest index. */
function lengthOf(list: LuaTable, argument: number): number {
  let length = 0;
  let count = 0;
  for (const entries = new TableIterator(list); entries.advance();) {
    const { key } = entries;
    const isIndex = typeof key === "number" && key > 0 && Number.isInteger(key);
    if (!isIndex) return argumentError(argument, "non-array table found");
    length = Math.max(length, key);
    count++;
  }
  if (length > MAX_SPARSE_LENGTH && length > 2 * count) {
    return argumentError(argument, "non-array table found");
  }
  return length;
}

function isPlain(value: LuaValue): boolean {
  return value === undefined || (typeof value !== "object" && typeof value !== "function");
}
