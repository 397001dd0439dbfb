/** The suspension half of the calling convention, as emitted functions use it (core/frames.ts). */
import { current } from "../core/current.ts";
import type { Script } from "../core/script.ts";

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
