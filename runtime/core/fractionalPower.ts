/**
 * `x ^ y` of positive doubles by tables. V8's own is off by one unit in the last place for one fractional exponent in ten,
 * where glibc's, which LuaJIT calls, is practically always right.
 *
 * `x` is 2^e * m. Of 128 simple numbers near 1/m one, the *inverse*, makes m * inverse = 1 + r with a small r, so
 *
 *     log x = e log 2 - log inverse + log (1 + r)            log (1 + r) = r - r^2/2 + r^3/3 - ...
 *     x^y = exp (y log x) = 2^n * 2^(j/128) * exp s           with a small s
 *
 * What is behind the leading terms is carried in a second double up to the last sum, as in power.ts: what is left of errors is
 * about 1/100 of a unit (P. T. P. Tang, "Table-driven implementation of the logarithm function", 1990).
 * The tables are filled when they are first needed, with integers of 128 bits, in 1 ms.
 *
 * Written for the length of the chain of operations, which is what takes the time: polynomials in pairs (Estrin), and
 * powers of 2 from a table, for the processor waits where half of a double was written and the whole is read.
 */
import { productTail, SPLITTER } from "./productTail.ts";
import {
  ENTRIES,
  ENTRY_BITS,
  fillRoots,
  LEAST_EXPONENT,
  LN2,
  LN2_TAIL,
  powersOfTwo,
  PRECISION,
  putParts,
  roots,
  rootTails,
  ROUNDER,
  STEP,
  STEP_TAIL,
} from "./roots.ts";

/** The first bits of m choose the entry; from this one on, m is halved, to be between 0.7 and 1.42. */
const FIRST_HALVED = 53;

/** Near 1/m, of 9 bits at most. 0 before the tables are filled. */
const inverses = new Float64Array(ENTRIES);
/** `-log inverse`: a double, and what it lacks. */
const logs = new Float64Array(ENTRIES);
const logTails = new Float64Array(ENTRIES);
/** Beyond these, results may be no normal numbers. */
const MAX_LOG = 709;
const MIN_LOG = -708;
/** Beyond these, they are infinite and 0. */
const INFINITE_LOG = 710;
const ZERO_LOG = -746;
const MIN_NORMAL = 2 ** -1022;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
/** Which of the words begins with sign, exponent and the first bits of the fraction. */
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;
const FRACTION_BITS = 20;
const EXPONENT_BIAS = 1023;

/**
 * `x ^ y`.
 *
 * @returns `undefined` where `x` is not positive, or numbers are too large or too small for this.
 */
export function fractionalPower(x: number, y: number): number | undefined {
  if (!(x >= MIN_NORMAL && x < Infinity)) return undefined;
  if (inverses[0] === 0) fillTables();
  // x = 2^e * m
  double[0] = x;
  const high = words[HIGH] as number;
  const entry = (high >>> (FRACTION_BITS - ENTRY_BITS)) & (ENTRIES - 1);
  const e = (high >>> FRACTION_BITS) - EXPONENT_BIAS + (entry >= FIRST_HALVED ? 1 : 0);
  const m = x * (powersOfTwo[-e - LEAST_EXPONENT] as number);

  // 1 + r = m * inverse. Each half of m has 26 bits, and the first product loses its leading ones.
  const scaled = m * SPLITTER;
  const upper = scaled - (scaled - m);
  const inverse = inverses[entry] as number;
  const r0 = upper * inverse - 1;
  const r1 = (m - upper) * inverse;
  const r = r0 + r1;
  const rTail = r1 - (r - r0);

  // log x, leading terms first: of two that are added, the first one is larger or 0.
  const r2 = r * r;
  const half = -0.5 * r2;
  const halfTail = -0.5 * productTail(r, r, r2) - r * rTail;
  const pairs =
    1 / 3 - r / 4 + r2 * (1 / 5 - r / 6) + r2 * r2 * (1 / 7 - r / 8 + r2 * (1 / 9 - r / 10));
  const whole = e * LN2;
  const log = logs[entry] as number;
  const sum0 = whole + log;
  const sum1 = sum0 + r;
  const sum2 = sum1 + half;
  const tail0 = log - (sum0 - whole);
  const tail1 = sum0 === 0 ? 0 : r - (sum1 - sum0);
  const tail2 = half - (sum2 - sum1);
  const logXTail =
    tail1 +
    tail2 +
    (rTail + halfTail + r * r2 * pairs) +
    (tail0 + (e * LN2_TAIL + (logTails[entry] as number)));
  const logX = sum2 + logXTail;

  // y log x = k * STEP + s
  const p = y * logX;
  if (!(p < MAX_LOG && p > MIN_LOG)) {
    if (p > INFINITE_LOG) return Infinity;
    return p < ZERO_LOG ? 0 : undefined;
  }
  const pTail = productTail(y, logX, p) + y * (logXTail - (logX - sum2));
  const k = p * (1 / STEP) + ROUNDER - ROUNDER;
  const s = p - k * STEP + (pTail - k * STEP_TAIL);
  const s2 = s * s;
  const expS = s + s2 * (0.5 + s * (1 / 6) + s2 * (1 / 24 + s * (1 / 120) + s2 * (1 / 720)));
  const place = k | 0;
  const root = roots[place & (ENTRIES - 1)] as number;
  const scale = powersOfTwo[(place >> ENTRY_BITS) - LEAST_EXPONENT] as number;
  return (root + ((rootTails[place & (ENTRIES - 1)] as number) + root * expS)) * scale;
}

/** Inverses are multiples of its reciprocal. */
const INVERSE_UNIT = 256;

function fillTables(): void {
  const one = 1n << PRECISION;
  fillRoots();
  const inverseLogs = logsAround(one);
  for (let entry = 0; entry < ENTRIES; entry++) {
    const middle = (1 + (entry + 0.5) / ENTRIES) / (entry >= FIRST_HALVED ? 2 : 1);
    // So that powers of 1 + tiny keep all digits, the logarithm of the entries around 1 is 0.
    const isAroundOne = entry === 0 || entry === ENTRIES - 1;
    const numerator = isAroundOne ? INVERSE_UNIT : Math.round(INVERSE_UNIT / middle);
    inverses[entry] = numerator / INVERSE_UNIT;
    putParts(inverseLogs.get(numerator) as bigint, logs, logTails, entry);
  }
}

/** `log (unit / n)`, by n from 0.7 to 1.42 of INVERSE_UNIT. */
function logsAround(one: bigint): Map<number, bigint> {
  const found = new Map([[INVERSE_UNIT, 0n]]);
  const last = Math.ceil(INVERSE_UNIT * 1.42);
  let sum = 0n;
  for (let n = INVERSE_UNIT; n < last; n++) found.set(n + 1, (sum -= logOfNext(n, one)));
  sum = 0n;
  for (let n = INVERSE_UNIT - 1; n >= INVERSE_UNIT / 2; n--)
    found.set(n, (sum += logOfNext(n, one)));
  return found;
}

/** `log ((n + 1) / n)`: 2 artanh z with z = 1 / (2n + 1), a series of odd powers of z. */
function logOfNext(n: number, one: bigint): bigint {
  const divisor = BigInt(2 * n + 1);
  const square = divisor * divisor;
  let power = one / divisor;
  let sum = 0n;
  for (let exponent = 1n; power > 0n; exponent += 2n) {
    sum += power / exponent;
    power /= square;
  }
  return 2n * sum;
}
