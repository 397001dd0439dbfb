/** Escapes that stand for characters, within classes and outside of them. */
import { ESCAPE_CLASSES, invert, MAX_BYTE, MAX_CODE_POINT, type Ranges } from "./byteSet.ts";
import type { Reader } from "./reader.ts";
import { propertyRanges } from "./properties.ts";

/** Escapes of one letter. */
const CONTROLS: ReadonlyMap<string, number> = new Map([
  ["a", 0x07],
  ["e", 0x1b],
  ["f", 0x0c],
  ["n", 0x0a],
  ["r", 0x0d],
  ["t", 0x09],
]);

const TOO_LARGE = "character code point value in \\x{} or \\o{} is too large";

/**
 * The set that an escape stands for, such as `\d` or `\P{L}`; `undefined` for one that is no set. The
 * backslash has been read.
 */
export function readSet(reader: Reader, isUtf8: boolean): Ranges | undefined {
  const letter = reader.next;
  const maximum = isUtf8 ? MAX_CODE_POINT : MAX_BYTE;
  const set = ESCAPE_CLASSES.get(letter.toLowerCase());
  if (set !== undefined) {
    reader.offset++;
    return letter === letter.toLowerCase() ? set : invert(set, maximum);
  }
  if (letter !== "p" && letter !== "P") return undefined;
  reader.offset++;
  const name = reader.match(/\{(\^?)\s*([\w& =:-]*)\s*\}|()([A-Z])/y);
  if (name === undefined) return reader.fail("malformed \\P or \\p sequence");
  const property = propertyRanges(name[2] ?? name[4] ?? "");
  if (property === undefined) return reader.fail("unknown property after \\P or \\p");
  const isInverted = (letter === "P") !== (name[1] === "^");
  return isInverted ? invert(property, maximum) : property;
}

/**
 * The code of a character that is written as an escape. The backslash has been read.
 *
 * @param isDigitCode Whether digits are a code: in classes they always are.
 */
export function readCode(reader: Reader, isUtf8: boolean, isDigitCode: boolean): number {
  const start = reader.offset;
  const letter = reader.read();
  const control = CONTROLS.get(letter);
  if (control !== undefined) return control;
  if (letter === "c") return readControl(reader);
  if (reader.isLikeJavaScript && /[Uux]/.test(letter)) return readLikeJavaScript(reader, letter);
  if (letter === "x") return readHexadecimal(reader, isUtf8);
  if (letter === "o") return readOctal(reader, isUtf8);
  if (letter === "0" || (isDigitCode && /[1-7]/.test(letter))) {
    reader.offset = start;
    const digits = reader.match(letter === "0" ? /0[0-7]{0,2}/y : /[0-7]{1,3}/y)?.[0] ?? "";
    const code = parseInt(digits, 8);
    if (code > MAX_BYTE && !isUtf8) {
      reader.fail("octal value is greater than \\377 in 8-bit non-UTF-8 mode");
    }
    return code;
  }
  if (/[FLlUu]/.test(letter) || (letter === "N" && reader.next === "{")) {
    return readNamed(reader, letter, isUtf8);
  }
  if (/[A-Za-z0-9]/.test(letter)) {
    return reader.fail("unrecognized character follows \\", start);
  }
  return letter.charCodeAt(0);
}

function readControl(reader: Reader): number {
  if (reader.isAtEnd) return reader.fail("\\c at end of pattern");
  const code = reader.read().toUpperCase().charCodeAt(0);
  return code >= 0x20 && code <= 0x7e
    ? code ^ 0x40
    : reader.fail("\\c must be followed by a printable ASCII character", reader.offset - 1);
}

function readHexadecimal(reader: Reader, isUtf8: boolean): number {
  if (!reader.take("{")) {
    return parseInt(reader.match(/[\dA-Fa-f]{1,2}/y)?.[0] ?? "0", 16);
  }
  if (reader.isAtEnd || reader.next === "}") {
    return reader.fail("digits missing in \\x{} or \\o{} or \\N{U+}");
  }
  const digits = reader.match(/\s*([\dA-Fa-f]+)\s*\}/y);
  if (digits === undefined) {
    return reader.fail("non-hex character in \\x{} (closing brace missing?)");
  }
  return checkCode(reader, parseInt(digits[1] ?? "", 16), isUtf8);
}

/** `\u` and `\x` with exactly so many digits; else they are letters. */
function readLikeJavaScript(reader: Reader, letter: string): number {
  const digits = { u: /[\dA-Fa-f]{4}/y, x: /[\dA-Fa-f]{2}/y }[letter];
  const code = digits === undefined ? undefined : reader.match(digits)?.[0];
  return code === undefined ? letter.charCodeAt(0) : parseInt(code, 16);
}

function readOctal(reader: Reader, isUtf8: boolean): number {
  if (!reader.take("{")) return reader.fail("missing opening brace after \\o");
  const digits = reader.match(/\s*([0-7]+)\s*\}/y);
  if (digits === undefined) {
    return reader.fail("non-octal character in \\o{} (closing brace missing?)");
  }
  return checkCode(reader, parseInt(digits[1] ?? "", 8), isUtf8);
}

function readNamed(reader: Reader, letter: string, isUtf8: boolean): number {
  const start = reader.offset;
  const code = letter === "N" ? reader.match(/\{U\+([\dA-Fa-f]+)\}/y)?.[1] : undefined;
  if (code === undefined) {
    return reader.fail("PCRE2 does not support \\F, \\L, \\l, \\N{name}, \\U, or \\u");
  }
  if (!isUtf8) return reader.fail("\\N{U+dddd} is supported only in Unicode (UTF) mode", start);
  return checkCode(reader, parseInt(code, 16), isUtf8);
}

function checkCode(reader: Reader, code: number, isUtf8: boolean): number {
  if (isUtf8 && code >= 0xd800 && code <= 0xdfff) {
    return reader.fail("disallowed Unicode code point (>= 0xd800 && <= 0xdfff)", reader.offset - 1);
  }
  return code <= (isUtf8 ? MAX_CODE_POINT : MAX_BYTE)
    ? code
    : reader.fail(TOO_LARGE, reader.offset - 1);
}
