/** Numbers as text and text as numbers (manual 2.1, 2.2.1). All numbers are doubles. */
import type { LuaValue } from "./value.ts";

/** Significant digits of `LUA_NUMBER_FMT`, "%.14g". */
const DIGITS = 14;

/** Below this, "%.14g" prints every digit of an integer. */
const MAX_PLAIN_INTEGER = 1e14;

/** The text of a number, as `tostring` and `..` give it. */
export function numberToString(value: number): string {
  if (Number.isInteger(value) && value < MAX_PLAIN_INTEGER && value > -MAX_PLAIN_INTEGER) {
    return value === 0 && 1 / value < 0 ? "-0" : String(value);
  }
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  return formatGeneral(value);
}

/** "%.14g" of a finite number. */
function formatGeneral(value: number): string {
  const text = value.toExponential(DIGITS - 1);
  const mark = text.indexOf("e");
  const exponent = Number(text.slice(mark + 1));
  if (exponent >= -4 && exponent < DIGITS) {
    return stripZeros(value.toFixed(Math.max(0, DIGITS - 1 - exponent)));
  }
  const digits = stripZeros(text.slice(0, mark));
  const sign = exponent < 0 ? "-" : "+";
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function stripZeros(text: string): string {
  if (!text.includes(".")) return text;
  let end = text.length;
  while (text.charCodeAt(end - 1) === 48) end--;
  if (text.charCodeAt(end - 1) === 46) end--;
  return text.slice(0, end);
}

const DECIMAL = /^[ \t\n\v\f\r]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[ \t\n\v\f\r]*$/;
const HEXADECIMAL =
  /^[ \t\n\v\f\r]*([+-]?)0[xX]([\da-fA-F]*)(?:\.([\da-fA-F]*))?(?:[pP]([+-]?\d+))?[ \t\n\v\f\r]*$/;

/** The number a string spells (manual 2.2.1), as LuaJIT reads it; `undefined` when it spells none. */
export function stringToNumber(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text);
  const match = HEXADECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  if (whole.length + fraction.length === 0) return undefined;
  let value = 0;
  for (const digit of whole + fraction) value = value * 16 + Number.parseInt(digit, 16);
  value *= 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === "-" ? -value : value;
}

/** A value as an operand of arithmetic; `undefined` when it is no number and spells none. */
export function toNumber(value: LuaValue): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" ? stringToNumber(value) : undefined;
}

/** `a % b` (manual 2.5.1), by the formula LuaJIT computes, so that edge cases agree. */
export function modulo(left: number, right: number): number {
  return left - Math.floor(left / right) * right;
}
