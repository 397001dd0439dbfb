/** The suspension half of the calling convention, as emitted functions use it (core/frames.ts). */
import { current } from "../core/current.ts";
import type { Script } from "../core/script.ts";

/**
 * Gives nothing. Emitted code calls it with many arguments: V8 keeps those of earlier calls where it
 * puts the ones of later calls, and so what they refer to.
 *
 * @helper
 * @effects none
 */
export function forget(): undefined {
  return undefined;
}

/**
 * Loads what resumes the functions of a script, the first time that one of them suspends.
 *
 * @helper
 * @effects allocates
 * @param factories The script's own, by their emitted names.
 */
export function loadFrames(script: Script, environment: object, factories: object): object {
  return current.state.loadFrames(script, environment, factories);
}
