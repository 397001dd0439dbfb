/** Reading a number from a file the way C's `fscanf` with "%lf" does, byte for byte. */
import { stringToNumber } from "../../core/number.ts";

export interface ByteSource {
  /** The next byte without using it up; "" at the end. */
  peek(): string;
  /** Uses up the next byte, if there is one. */
  skip(): void;
}

/**
 * Skips white space and takes as many bytes as may belong to a number; `undefined` when they are
 * none. Bytes once taken do not come back.
 */
export function scanNumber(source: ByteSource): number | undefined {
  while (isSpace(source.peek())) source.skip();
  let sign = "";
  if (isSign(source.peek())) {
    sign = source.peek();
    source.skip();
  }
  const letter = source.peek().toLowerCase();
  if (letter === "n") return takeWord(source, "nan") ? NaN : undefined;
  if (letter === "i") {
    if (!takeInfinity(source)) return undefined;
    return sign === "-" ? -Infinity : Infinity;
  }
  const number = NUMBER.exec(sign + takeDigits(source))?.[0];
  return number === undefined ? undefined : stringToNumber(number);
}

/** The part of what was taken that counts: an exponent may lack its digits. */
const NUMBER =
  /^[+-]?(?:0x(?:[\da-f]+\.?[\da-f]*|\.[\da-f]+)(?:p[+-]?\d+)?|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)/;

/** "inf" or "infinity". */
function takeInfinity(source: ByteSource): boolean {
  if (!takeWord(source, "inf")) return false;
  return source.peek().toLowerCase() === "i" ? takeWord(source, "inity") : true;
}

/** Whether the next bytes are this word. The first wrong one is taken, too. */
function takeWord(source: ByteSource, word: string): boolean {
  for (const letter of word) {
    const byte = source.peek();
    source.skip();
    if (byte.toLowerCase() !== letter) return false;
  }
  return true;
}

/** Takes digits, a point and an exponent, in lower case; decimal or hexadecimal. */
function takeDigits(source: ByteSource): string {
  let text = "";
  let hasDigits = false;
  let hasPoint = false;
  let exponentMark = "e";
  let hasExponent = false;
  for (;;) {
    const byte = source.peek().toLowerCase();
    if (isDigit(byte) || (exponentMark === "p" && !hasExponent && isHexadecimalLetter(byte))) {
      hasDigits = true;
    } else if (byte === "x" && text === "0") {
      exponentMark = "p";
      hasDigits = false;
    } else if (byte === exponentMark && hasDigits && !hasExponent) {
      hasExponent = true;
      hasPoint = true;
    } else if (byte === "." && !hasPoint) {
      hasPoint = true;
    } else if (!(isSign(byte) && hasExponent && text.endsWith(exponentMark))) {
      // "0x" alone is not the number 0.
      return text === "0x" ? "" : text;
    }
    text += byte;
    source.skip();
  }
}

function isSpace(byte: string): boolean {
  return byte === " " || (byte >= "\t" && byte <= "\r");
}

function isSign(byte: string): boolean {
  return byte === "+" || byte === "-";
}

function isDigit(byte: string): boolean {
  return byte >= "0" && byte <= "9";
}

function isHexadecimalLetter(byte: string): boolean {
  return byte >= "a" && byte <= "f";
}
