/** Types, and values as text and numbers (manual 5.1). */
import { call, callFirst, NONE } from "../../core/call.ts";
import { current } from "../../core/current.ts";
import { metamethod, typeOf } from "../../core/metatable.ts";
import { numberToString, parseInteger, toNumber } from "../../core/number.ts";
import { plainText } from "../../core/toText.ts";
import type { LuaFunction, LuaValue, Results } from "../../core/value.ts";
import { argumentError, callerError, checkInteger, checkString } from "../arguments.ts";
import { defineBuiltin } from "../library.ts";
import { checkPassed } from "./passed.ts";

/** The name of a value's type. @signature (value) @manual 5.1 */
export const type = defineBuiltin("type", (...values) => typeOf(checkPassed(values, 1)));

/** The text of a value: by `__tostring`, whatever that returns. @signature (value) @manual 5.1 */
export const tostring: LuaFunction = defineBuiltin("tostring", (...values): Results => {
  const value = checkPassed(values, 1);
  if (typeof value === "string") return value;
  const handler = metamethod(value, "__tostring");
  return handler === undefined ? plainText(value) : call(handler, value);
});

/**
 * The number that a value is or spells, else nil.
 *
 * @signature (value [, base])
 * @manual 5.1
 * @throws LuaError "bad argument #2 to 'tonumber' (base out of range)"
 */
export const tonumber = defineBuiltin("tonumber", (...values) => {
  const value = checkPassed(values, 1);
  const base = values[1] === undefined ? 10 : checkInteger(values[1], 2);
  if (base === 10) return toNumber(value);
  const text = checkString(value, 1);
  return base >= 2 && base <= 36 ? parseInteger(text, base) : argumentError(2, "base out of range");
});

/**
 * Writes values as text, tabs between them, and a newline to the standard output. What `tostring`
 * is called at that time makes the texts.
 *
 * @manual 5.1
 * @throws LuaError "'tostring' must return a string to 'print'"
 */
export const print: LuaFunction = defineBuiltin("print", (...values) => {
  const convert = current.state.globals.getString("tostring");
  const texts = values.map((value) => printedText(value, convert));
  current.state.host.files.stdout.write(texts.join("\t") + "\n");
  return NONE;
});

function printedText(value: LuaValue, convert: LuaValue): string {
  if (convert === tostring && typeof value === "string") return value;
  const text = callFirst(convert, value);
  if (typeof text === "string") return text;
  return typeof text === "number"
    ? numberToString(text)
    : callerError("'tostring' must return a string to 'print'");
}
