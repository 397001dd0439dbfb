/**
 * Whole numbers as text: small ones take a character, and the code around them stays readable by any engine. They are those
 * of source maps (base 64, five bits a digit, the sign in the lowest bit), because those are written, too.
 */
export const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const VALUES = new Int8Array(128).fill(-1);
for (let value = 0; value < DIGITS.length; value++) VALUES[DIGITS.charCodeAt(value)] = value;

/** A whole number below 2 ** 30, or its negative. */
export function numberText(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = "";
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += DIGITS[rest > 0 ? digit | 32 : digit] as string;
  } while (rest > 0);
  return text;
}

/** Reads numbers one after the other; other characters end it. */
export class NumberReader {
  private readonly text: string;
  /** How much of the text has been read. */
  position = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Whether there is another number. */
  get hasMore(): boolean {
    return this.position < this.text.length;
  }

  /** @throws Error where no number is: the text was not written by `numberText` */
  next(): number {
    let rest = 0;
    for (let shift = 0; ; shift += 5) {
      const digit = VALUES[this.text.charCodeAt(this.position++)] ?? -1;
      if (digit < 0) throw new Error("a table of the bundle is damaged");
      rest |= (digit & 31) << shift;
      if (digit < 32) break;
    }
    return (rest & 1) === 1 ? -(rest >>> 1) : rest >>> 1;
  }
}
