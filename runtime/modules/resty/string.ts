/** The modules `resty.string` and `resty.random`, as lua-resty-string has them. */
import { toHex } from "../../bytes.ts";
import type { LuaState } from "../../core/state.ts";
import type { LuaTable } from "../../core/table.ts";
import { argumentError, checkNumber, checkString } from "../../stdlib/arguments.ts";
import { randomBytes } from "../../random.ts";
import { defineLibrary, libraryTable } from "../../stdlib/library.ts";

/** At once. */
const MAX_RANDOM_BYTES = 2 ** 26;

const stringLibrary = defineLibrary("resty.string", {
  /** Bytes in hexadecimal, two digits for each. */
  to_hex: (bytes) => toHex(checkString(bytes, 1)),

  /** The number that a text spells in decimal digits; -1 when there is anything else in it. */
  atoi: (text) => {
    const digits = checkString(text, 1);
    const number = Number(digits);
    return /^\d+$/.test(digits) && number < 2 ** 63 ? number : -1;
  },
});

const randomLibrary = defineLibrary("resty.random", {
  /**
   * So many random bytes of the system. They are always fit for keys, whether strong ones are asked for or
   * not.
   *
   * @signature (count [, isStrong])
   */
  bytes: (countValue) => {
    const count = checkNumber(countValue, 1);
    if (!(Number.isInteger(count) && count >= 0 && count <= MAX_RANDOM_BYTES)) {
      return argumentError(1, `must be a whole number from 0 to ${String(MAX_RANDOM_BYTES)}`);
    }
    return randomBytes(count);
  },
});

/** Makes the table of `resty.string`. */
export function openString(_state: LuaState): LuaTable {
  return libraryTable(stringLibrary);
}

/** Makes the table of `resty.random`. */
export function openRandom(_state: LuaState): LuaTable {
  return libraryTable(randomLibrary);
}
