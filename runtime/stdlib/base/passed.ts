/**
 * "Value expected": some basic functions take nil but not the lack of an argument. They receive
 * their arguments as a list, because its length is the one exact and cheap way to tell.
 */
import type { LuaValue } from "../../core/value.ts";
import { argumentError } from "../arguments.ts";

/**
 * The value of an argument that may be nil but must be there.
 *
 * @param argument Its position, from 1.
 * @throws LuaError "bad argument #1 to 'type' (value expected)"
 */
export function checkPassed(values: readonly LuaValue[], argument: number): LuaValue {
  return argument <= values.length
    ? values[argument - 1]
    : argumentError(argument, "value expected");
}
