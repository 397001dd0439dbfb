/** The suspension half of the calling convention, as emitted functions use it. */
import { SUSP, type Suspension } from "../core/call.ts";
import type { Script } from "../core/script.ts";

/**
 * Leaves a function that suspended. The record of its live locals comes with the resume code; until
 * then a suspension can only travel outwards to whoever entered Lua.
 *
 * @helper
 * @effects none
 * @param _script Where the resume code of the function is found.
 * @param _functionIndex Which function of the script.
 * @param _pc The site that suspended.
 */
export function capture(_script: Script, _functionIndex: number, _pc: number): Suspension {
  return SUSP;
}
