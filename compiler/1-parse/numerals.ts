/**
 * Numerals (manual 2.1), as LuaJIT reads them: decimal, hexadecimal with fraction and binary
 * exponent (`0xA.8p1`), and binary (`0b101`).
 */

/** A numeral that is valid in LuaJIT but makes an FFI object there. */
export const UNSUPPORTED = "unsupported";

/** LuaJIT refuses exponents of this size or more. */
const EXPONENT_LIMIT = 2 ** 20;

/** Up to here a mantissa, a power of two and their product are exact. */
const EXACT_DIGITS = 13;
const EXACT_EXPONENT = 900;

const INTEGER_LIMIT = 2n ** 64n;

/**
 * Where the text of a numeral that begins at `start` ends. Takes all that looks like a number, as
 * Lua's lexer does, so that `3x` is one malformed numeral.
 */
export function endOfNumeral(text: string, start: number): number {
  const second = text.charCodeAt(start + 1) | 0x20;
  const isHexadecimal = text.charCodeAt(start) === 48 && second === 120;
  const exponentMark = isHexadecimal ? 112 : 101;
  let end = start;
  let previous = 0;
  for (;;) {
    const char = text.charCodeAt(end);
    const isSign = char === 43 || char === 45;
    if (!isNumeralChar(char) && !(isSign && (previous | 0x20) === exponentMark)) return end;
    previous = char;
    end++;
  }
}

/** Letters, digits, `_`, `.` and bytes from 128: what names are made of, and the point. */
function isNumeralChar(char: number): boolean {
  return (
    (char >= 48 && char <= 57) ||
    (char >= 97 && char <= 122) ||
    (char >= 65 && char <= 90) ||
    char === 46 ||
    char === 95 ||
    char >= 128
  );
}

const DECIMAL = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?(\d+))?(i)?$/i;
const DECIMAL_INTEGER = /^(\d+)u?ll$|^(\d+)llu$/i;
const HEXADECIMAL = /^0x([\da-f]*)(?:\.([\da-f]*))?(?:p([+-]?\d+))?(i)?$/i;
const HEXADECIMAL_INTEGER = /^0x0*([\da-f]+?)(?:u?ll|llu)$/i;
const BINARY = /^0b([01]+)(i|u?ll|llu)?$/i;

/** The value of a numeral; `undefined` when it is malformed. */
export function parseNumeral(text: string): number | typeof UNSUPPORTED | undefined {
  const prefix = text.charCodeAt(0) === 48 ? text.charCodeAt(1) | 0x20 : 0;
  if (prefix === 120) return parseHexadecimal(text);
  if (prefix === 98) return parseBinary(text);
  const match = DECIMAL.exec(text);
  if (match === null) return isDecimalInteger(text) ? UNSUPPORTED : undefined;
  if (Number(match[1] ?? 0) >= EXPONENT_LIMIT) return undefined;
  return match[2] === undefined ? Number(text) : UNSUPPORTED;
}

function isDecimalInteger(text: string): boolean {
  const match = DECIMAL_INTEGER.exec(text);
  return match !== null && BigInt(match[1] ?? match[2] ?? 0) < INTEGER_LIMIT;
}

function parseHexadecimal(text: string): number | typeof UNSUPPORTED | undefined {
  const match = HEXADECIMAL.exec(text);
  if (match === null) {
    const integer = HEXADECIMAL_INTEGER.exec(text);
    return integer !== null && (integer[1] ?? "").length <= 16 ? UNSUPPORTED : undefined;
  }
  const [, whole = "", fraction = "", exponentText = "0", suffix] = match;
  const digits = (whole + fraction).replace(/^0+/, "");
  const exponent = Number(exponentText);
  if (whole.length + fraction.length === 0) return undefined;
  if (Math.abs(exponent) >= EXPONENT_LIMIT) return undefined;
  if (suffix !== undefined) return UNSUPPORTED;
  return digits === "" ? 0 : scale(digits, exponent - 4 * fraction.length);
}

/** Hexadecimal digits times a power of two, rounded once, to the nearest double. */
function scale(digits: string, exponent: number): number {
  if (digits.length <= EXACT_DIGITS && Math.abs(exponent) <= EXACT_EXPONENT) {
    return Number.parseInt(digits, 16) * 2 ** exponent;
  }
  // What a double can hold: 53 bits, and none below 2^-1074.
  const mantissa = BigInt(`0x${digits}`);
  const dropped = BigInt(Math.max(mantissa.toString(2).length - 53, -1074 - exponent, 0));
  const kept = Number(roundToEven(mantissa, dropped));
  return kept === 0 ? 0 : kept * 2 ** (exponent + Number(dropped));
}

/** `mantissa / 2^dropped` as the nearest integer, the even one of two. */
function roundToEven(mantissa: bigint, dropped: bigint): bigint {
  const kept = mantissa >> dropped;
  const rest = (mantissa - (kept << dropped)) << 1n;
  const unit = 1n << dropped;
  return rest > unit || (rest === unit && (kept & 1n) === 1n) ? kept + 1n : kept;
}

function parseBinary(text: string): number | typeof UNSUPPORTED | undefined {
  const match = BINARY.exec(text);
  if (match === null) return undefined;
  const digits = (match[1] ?? "").replace(/^0+/, "");
  if (digits.length > 64) return undefined;
  return match[2] === undefined ? Number(BigInt(`0b0${digits}`)) : UNSUPPORTED;
}
