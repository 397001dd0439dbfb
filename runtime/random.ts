/** Random bytes that nobody can foresee, from the engine. Those of tests, which may, are the host's (`Host.randomBytes`). */
import { fromByteArray } from "./bytes.ts";

/** The engine gives no more at once (Web Cryptography, 10.1.1). */
const MAX_BYTES = 65_536;

/** @param count Whole, from 0. */
export function randomBytes(count: number): string {
  const array = new Uint8Array(count);
  for (let start = 0; start < count; start += MAX_BYTES) {
    crypto.getRandomValues(array.subarray(start, start + MAX_BYTES));
  }
  return fromByteArray(array);
}
