/**
 * String literals (manual 2.1) with the escapes of LuaJIT: what their source says as bytes. Lines
 * in them may end with \n, \r, \r\n or \n\r; all of them stand for \n.
 */

/** A quoted string as far as it could be read. */
export interface QuotedString {
  /** The bytes; those before the fault when there is one. */
  readonly value: string;
  /** The offset after the closing quote, or where the fault was noticed. */
  readonly end: number;
  /** Line breaks passed. */
  readonly lineBreaks: number;
  readonly fault: "unfinished" | "end-of-source" | "invalid-escape" | undefined;
}

/** The value of a valid literal in long brackets that spans [start, end). */
export function longStringValue(text: string, start: number, end: number): string {
  const width = text.indexOf("[", start + 1) - start + 1;
  const content = text.slice(start + width, end - width);
  const lines = content.includes("\r") ? content.replace(/\r\n|\n\r|\r/g, "\n") : content;
  return lines.startsWith("\n") ? lines.slice(1) : lines;
}

/**
 * Reads the quoted string that begins at `start`, resolving its escapes.
 *
 * @param isPuc51 Whether the escapes are those of PUC Lua 5.1: no `\x`, `\u` and `\z`, and all other
 *   letters stand for themselves.
 */
export function readQuotedString(text: string, start: number, isPuc51 = false): QuotedString {
  const quote = text.charCodeAt(start);
  const reader: Reader = { text, at: start + 1, value: "", lineBreaks: 0 };
  let plainFrom = reader.at;
  for (;;) {
    const char = text.charCodeAt(reader.at);
    const isPlain = char !== quote && char !== BACKSLASH && char !== 10 && char !== 13;
    if (isPlain && reader.at < text.length) {
      reader.at++;
      continue;
    }
    reader.value += text.slice(plainFrom, reader.at);
    if (char === quote) return finish(reader, reader.at + 1, undefined);
    if (reader.at >= text.length) return finish(reader, reader.at, "end-of-source");
    if (char !== BACKSLASH) return finish(reader, reader.at, "unfinished");
    if (!(isPuc51 ? readPucEscape(reader) : readEscape(reader))) {
      return finish(reader, reader.at, "invalid-escape");
    }
    plainFrom = reader.at;
  }
}

interface Reader {
  readonly text: string;
  at: number;
  value: string;
  lineBreaks: number;
}

function finish(reader: Reader, end: number, fault: QuotedString["fault"]): QuotedString {
  return { value: reader.value, end, lineBreaks: reader.lineBreaks, fault };
}

const BACKSLASH = 92;

const simpleEscapes = new Map([
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ["\\", "\\"],
  ['"', '"'],
  ["'", "'"],
]);

/** Reads one escape, from the backslash on. Says whether it is valid. */
function readEscape(reader: Reader): boolean {
  const { text } = reader;
  const letter = text.charAt(++reader.at);
  const simple = simpleEscapes.get(letter);
  if (simple !== undefined) {
    reader.value += simple;
    reader.at++;
    return true;
  }
  switch (letter) {
    case "x":
      return readPattern(reader, /x([\da-fA-F]{2})/y, (digits) =>
        byte(Number.parseInt(digits, 16)),
      );
    case "u":
      return readPattern(reader, /u\{([\da-fA-F]+)\}/y, (digits) =>
        encodeUtf8(Number.parseInt(digits, 16)),
      );
    case "z":
      reader.at++;
      skipWhitespace(reader);
      return true;
    case "\n":
    case "\r":
      skipLineBreak(reader);
      reader.value += "\n";
      return true;
    case "": // The end of the source: an unfinished string.
      return true;
    default:
      return readPattern(reader, /(\d{1,3})/y, (digits) => byte(Number(digits)));
  }
}

/** The same for PUC Lua 5.1. */
function readPucEscape(reader: Reader): boolean {
  const letter = reader.text.charAt(reader.at + 1);
  if (letter !== "" && !/[\d\r\nabfnrtv]/.test(letter)) {
    reader.value += letter;
    reader.at += 2;
    return true;
  }
  return readEscape(reader);
}

/** Reads what matches `pattern`; `toBytes` gives `undefined` for a value out of range. */
function readPattern(
  reader: Reader,
  pattern: RegExp,
  toBytes: (digits: string) => string | undefined,
): boolean {
  pattern.lastIndex = reader.at;
  const digits = pattern.exec(reader.text)?.[1];
  const bytes = digits === undefined ? undefined : toBytes(digits);
  if (bytes === undefined) return false;
  reader.value += bytes;
  reader.at = pattern.lastIndex;
  return true;
}

function byte(value: number): string | undefined {
  return value <= 255 ? String.fromCharCode(value) : undefined;
}

/** The UTF-8 bytes of a code point; `undefined` for surrogates and what is beyond Unicode. */
function encodeUtf8(point: number): string | undefined {
  const tail = (shift: number): number => 0x80 | ((point >> shift) & 0x3f);
  if (point < 0x80) return String.fromCharCode(point);
  if (point < 0x800) return String.fromCharCode(0xc0 | (point >> 6), tail(0));
  if (point >= 0xd800 && point < 0xe000) return undefined;
  if (point < 0x10000) return String.fromCharCode(0xe0 | (point >> 12), tail(6), tail(0));
  if (point >= 0x110000) return undefined;
  return String.fromCharCode(0xf0 | (point >> 18), tail(12), tail(6), tail(0));
}

function skipWhitespace(reader: Reader): void {
  for (;;) {
    const char = reader.text.charCodeAt(reader.at);
    if (char === 10 || char === 13) skipLineBreak(reader);
    else if (char === 32 || (char >= 9 && char <= 12)) reader.at++;
    else return;
  }
}

function skipLineBreak(reader: Reader): void {
  const char = reader.text.charCodeAt(reader.at++);
  const next = reader.text.charCodeAt(reader.at);
  if ((next === 10 || next === 13) && next !== char) reader.at++;
  reader.lineBreaks++;
}
