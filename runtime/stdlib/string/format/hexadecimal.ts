/** Digits of base 16, two at a time: half the time of `toString(16)`. */

/** Each byte, without and with a leading zero, in lower and in upper case. */
interface ByteTexts {
  readonly short: readonly string[];
  readonly full: readonly string[];
}

/** Made when they are needed first: most programs print no such numbers. */
let lower: ByteTexts | undefined;
let upper: ByteTexts | undefined;

/** @param integer Not negative, of 32 bits. */
export function hexadecimalText(integer: number, isUpper: boolean): string {
  const texts = isUpper ? (upper ??= makeTexts(true)) : (lower ??= makeTexts(false));
  const { short, full } = texts;
  if (integer < 0x100) return short[integer] as string;
  const low = full[integer & 255] as string;
  if (integer < 0x10000) return (short[integer >>> 8] as string) + low;
  const middle = (full[(integer >>> 8) & 255] as string) + low;
  if (integer < 0x1000000) return (short[integer >>> 16] as string) + middle;
  return (short[integer >>> 24] as string) + (full[(integer >>> 16) & 255] as string) + middle;
}

function makeTexts(isUpper: boolean): ByteTexts {
  const short = Array.from({ length: 256 }, (_, byte) => {
    const digits = byte.toString(16);
    return isUpper ? digits.toUpperCase() : digits;
  });
  return { short, full: short.map((digits) => digits.padStart(2, "0")) };
}
