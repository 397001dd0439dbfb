/**
 * Ids of traces and spans, as W3C Trace Context wants them: 128 and 64 random bits in hexadecimal. A call of the system's
 * source for each would cost more than the rest of a span, so many are fetched, and written as digits, at a time.
 */
import { toHex } from "../bytes.ts";
import { randomBytes } from "../random.ts";

const POOL_BYTES = 4096;
const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;

/** Random digits. What is before `position` has been given away. */
let pool = "";
let position = 0;

export function newTraceId(): string {
  return take(TRACE_DIGITS, ALL_ZERO_TRACE);
}

export function newSpanId(): string {
  return take(SPAN_DIGITS, ALL_ZERO_SPAN);
}

/** To W3C these are no ids. */
export const ALL_ZERO_TRACE = "0".repeat(TRACE_DIGITS);
export const ALL_ZERO_SPAN = "0".repeat(SPAN_DIGITS);

function take(digits: number, zeros: string): string {
  if (position + digits > pool.length) {
    pool = toHex(randomBytes(POOL_BYTES));
    position = 0;
  }
  const id = pool.slice(position, position + digits);
  position += digits;
  return id === zeros ? take(digits, zeros) : id;
}
