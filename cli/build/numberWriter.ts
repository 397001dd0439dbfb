/** Writes many whole numbers one after the other, as `numberText` does each: bytes of an array, which are a text in the end. */
import { DIGITS } from "../bundled/numbers.ts";

const MIN_SIZE = 1 << 12;
/** What one number takes at most. */
const MAX_DIGITS = 7;

const CODES = Uint8Array.from(DIGITS, (digit) => digit.charCodeAt(0));

export class NumberWriter {
  private bytes = Buffer.allocUnsafe(MIN_SIZE);
  private length = 0;

  /** Forgets what was written, and not taken. */
  begin(): void {
    this.length = 0;
  }

  /** @param value Below 2 ** 30, or the negative of such a number. */
  write(value: number): void {
    if (this.length + MAX_DIGITS > this.bytes.length) this.grow();
    const { bytes } = this;
    let rest = value < 0 ? (-value << 1) | 1 : value << 1;
    let at = this.length;
    while (rest > 31) {
      bytes[at++] = CODES[(rest & 31) | 32] as number;
      rest >>>= 5;
    }
    bytes[at++] = CODES[rest] as number;
    this.length = at;
  }

  /** All numbers since the beginning. */
  text(): string {
    return this.bytes.toString("latin1", 0, this.length);
  }

  private grow(): void {
    const bytes = Buffer.allocUnsafe(2 * this.bytes.length);
    this.bytes.copy(bytes);
    this.bytes = bytes;
  }
}
