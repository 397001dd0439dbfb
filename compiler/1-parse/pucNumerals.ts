/**
 * Numerals of PUC Lua 5.1 (manual 2.1): what its lexer takes for one, and what C's `strtod` makes of
 * that. Unlike LuaJIT's they have no binary digits, no suffixes, and no fraction in base 16.
 */

/** Where the text of a numeral that begins at `start` ends: `3x` is one malformed numeral. */
export function endOfPucNumeral(text: string, start: number): number {
  EXTENT.lastIndex = start;
  EXTENT.test(text);
  return EXTENT.lastIndex;
}

const EXTENT = /[\d.]*(?:e[+-]?)?\w*/iy;

const DECIMAL = /^(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const HEXADECIMAL = /^0x([\da-f]+)(?:p(\d+))?$/i;

/** The value of a numeral; `undefined` when it is malformed. */
export function parsePucNumeral(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text);
  const [, digits, exponent = "0"] = HEXADECIMAL.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const mantissa = Number(BigInt(`0x${digits}`));
  return mantissa === 0 ? 0 : mantissa * 2 ** Number(exponent);
}
