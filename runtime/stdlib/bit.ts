/**
 * LuaJIT's `bit` library (https://bitop.luajit.org/semantics.html). Operands are normalized to
 * signed 32-bit integers, and so are results.
 */
import type { LuaTable } from "../core/table.ts";
import type { LuaValue } from "../core/value.ts";
import { checkNumber } from "./arguments.ts";
import { defineLibrary, libraryTable } from "./library.ts";

/** The table `bit` of a state. */
export function openBit(): LuaTable {
  return libraryTable(bitLibrary);
}

export const bitLibrary = defineLibrary("bit", {
  /** Shifts right, repeating the sign; only the lower 5 bits of the count are used. */
  arshift: (value, count) => toBits(value, 1) >> toBits(count, 2),

  /** The bitwise "and" of all arguments. @signature (value, ...) */
  band: (...values) => {
    let result = toBits(values[0], 1);
    for (let offset = 1; offset < values.length; offset++) {
      result &= toBits(values[offset], offset + 1);
    }
    return result;
  },

  bnot: (value) => ~toBits(value, 1),

  /** The bitwise "or" of all arguments. @signature (value, ...) */
  bor: (...values) => {
    let result = toBits(values[0], 1);
    for (let offset = 1; offset < values.length; offset++) {
      result |= toBits(values[offset], offset + 1);
    }
    return result;
  },

  /** Reverses the order of the four bytes. */
  bswap: (value) => {
    const bits = toBits(value, 1);
    return (bits << 24) | ((bits & 0xff00) << 8) | ((bits >>> 8) & 0xff00) | (bits >>> 24);
  },

  /** The bitwise "exclusive or" of all arguments. @signature (value, ...) */
  bxor: (...values) => {
    let result = toBits(values[0], 1);
    for (let offset = 1; offset < values.length; offset++) {
      result ^= toBits(values[offset], offset + 1);
    }
    return result;
  },

  lshift: (value, count) => toBits(value, 1) << toBits(count, 2),

  /** Rotates left. */
  rol: (value, count) => rotateLeft(toBits(value, 1), toBits(count, 2)),

  /** Rotates right. */
  ror: (value, count) => rotateLeft(toBits(value, 1), -toBits(count, 2)),

  /** Shifts right, filling with zeros. */
  rshift: (value, count) => (toBits(value, 1) >>> toBits(count, 2)) | 0,

  /** Normalizes a number. */
  tobit: (value) => toBits(value, 1),

  /**
   * The lowest hexadecimal digits of a number, 8 when no other number of them is given; a negative
   * number of digits asks for capital letters.
   *
   * @signature (value [, digits])
   */
  tohex: (...values) => {
    const bits = toBits(values[0], 1) >>> 0;
    const digits = values.length < 2 ? 8 : toBits(values[1], 2);
    const text = toHexadecimal(bits, Math.abs(digits) | 0);
    return digits < 0 ? text.toUpperCase() : text;
  },
});

const view = new DataView(new ArrayBuffer(8));

/** Added to a number below 2^51, leaves the integer part in the lower half of the double. */
const TO_BITS_BIAS = 2 ** 52 + 2 ** 51;

/** The number modulo 2^32, rounded half to even; beyond 2^51 whatever LuaJIT makes of it. */
function toBits(value: LuaValue, argument: number): number {
  const number = typeof value === "number" ? value : checkNumber(value, argument);
  const bits = number | 0;
  if (bits === number) return bits;
  view.setFloat64(0, number + TO_BITS_BIAS);
  return view.getInt32(4);
}

function rotateLeft(bits: number, count: number): number {
  return (bits << count) | (bits >>> -count);
}

/**
 * Digits as LuaJIT's formatter gives them: the number of digits is kept in eight bits there, and
 * 255 stands for "as many as it takes".
 *
 * @param digits Negative only for -2^31.
 */
function toHexadecimal(bits: number, digits: number): string {
  const kept = digits < 8 ? bits & (2 ** (4 * Math.max(digits, 0)) - 1) : bits;
  const width = ((digits + 1) & 255) - 1;
  return kept === 0 && width === 0 ? "" : (kept >>> 0).toString(16).padStart(width, "0");
}
