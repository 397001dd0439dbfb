import { LuaError } from "./error.ts";
import type { LuaValue } from "./value.ts";

/** The value that a function raises. */
export function errorOf(run: () => unknown): LuaValue {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof LuaError) return thrown.value;
    throw thrown;
  }
  throw new Error("nothing was raised");
}
