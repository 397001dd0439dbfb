/**
 * Reading array parts where lists of all kinds come by. V8 has arrays of small integers, of floats, and of anything.
 * Optimized code that reads `array[index]`, and has been given several kinds, first turns what it is given into the most
 * general of them, for good: one look at a list of floats, and each of them is an object ever after, as in all lists made
 * at the same place later (measured on the benchmark `arrays`: twice its time). The method `at` reads each kind as it is.
 */
import type { LuaValue } from "./value.ts";

/** @param index An integer that is not negative. */
export function elementAt(array: readonly LuaValue[], index: number): LuaValue {
  // V8 compiles `at` in place where the length was read before.
  return index < array.length ? array.at(index) : undefined;
}
