/** String tokens of JSON texts, which are bytes in UTF-8 and become Lua strings of the same bytes. */

/** What is wrong with a string token. */
export class StringFault {
  /** In lua-cjson's words. */
  readonly what: string;
  readonly offset: number;

  constructor(what: string, offset: number) {
    this.what = what;
    this.offset = offset;
  }
}

/** A string or a part of one, and the offset behind it. */
interface Piece {
  readonly value: string;
  readonly end: number;
}

/**
 * Reads the string token at an offset.
 *
 * @param start The offset of the opening quote.
 */
export function readString(text: string, start: number): Piece | StringFault {
  let value = "";
  let pieceStart = start + 1;
  let offset = pieceStart;
  for (;;) {
    const code = text.charCodeAt(offset);
    if (code === 0x22) return { value: value + text.slice(pieceStart, offset), end: offset + 1 };
    if (code === 0x5c) {
      const escape = readEscape(text, offset);
      if (escape instanceof StringFault) return escape;
      value += text.slice(pieceStart, offset) + escape.value;
      pieceStart = offset = escape.end;
    } else if (code > 0) {
      offset++;
    } else {
      // A NUL byte, or NaN behind the last one.
      return new StringFault("unexpected end of string", offset);
    }
  }
}

const ESCAPES = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

function readEscape(text: string, offset: number): Piece | StringFault {
  const letter = text.charAt(offset + 1);
  if (letter === "u") return readUnicodeEscape(text, offset);
  const value = ESCAPES.get(letter);
  if (value === undefined) return new StringFault("invalid escape code", offset);
  return { value, end: offset + 2 };
}

const UNICODE_ESCAPE =
  /\\u(?:([dD][89abAB][\da-fA-F]{2})\\u([dD][c-fC-F][\da-fA-F]{2})|(?![dD][89a-fA-F])([\da-fA-F]{4}))/y;

/** `\uXXXX`, or two of them for a character outside the first plane. */
function readUnicodeEscape(text: string, offset: number): Piece | StringFault {
  UNICODE_ESCAPE.lastIndex = offset;
  const match = UNICODE_ESCAPE.exec(text);
  if (match === null) return new StringFault("invalid unicode escape code", offset);
  const [token, high, low, single] = match;
  const codePoint =
    high === undefined || low === undefined
      ? Number.parseInt(single ?? "", 16)
      : 0x10000 + ((Number.parseInt(high, 16) & 0x3ff) << 10) + (Number.parseInt(low, 16) & 0x3ff);
  return { value: utf8(codePoint), end: offset + token.length };
}

function utf8(codePoint: number): string {
  if (codePoint < 0x80) return String.fromCharCode(codePoint);
  if (codePoint < 0x800) return String.fromCharCode(0xc0 | (codePoint >> 6), tail(codePoint, 0));
  if (codePoint < 0x10000) {
    return String.fromCharCode(0xe0 | (codePoint >> 12), tail(codePoint, 6), tail(codePoint, 0));
  }
  const last = [tail(codePoint, 12), tail(codePoint, 6), tail(codePoint, 0)];
  return String.fromCharCode(0xf0 | (codePoint >> 18), ...last);
}

function tail(codePoint: number, shift: number): number {
  return 0x80 | ((codePoint >> shift) & 0x3f);
}
