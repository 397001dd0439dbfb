/** Splits a double into two halves of 26 bits. */
export const SPLITTER = 2 ** 27 + 1;

/** What `product` lacks of the exact product of two doubles (Dekker; see power.ts). */
export function productTail(left: number, right: number, product: number): number {
  const leftScaled = left * SPLITTER;
  const leftUpper = leftScaled - (leftScaled - left);
  const leftLower = left - leftUpper;
  const rightScaled = right * SPLITTER;
  const rightUpper = rightScaled - (rightScaled - right);
  const rightLower = right - rightUpper;
  return (
    leftUpper * rightUpper -
    product +
    leftUpper * rightLower +
    leftLower * rightUpper +
    leftLower * rightLower
  );
}
