/** The end of a process as Lua 5.2 tells it. */
import type { Results } from "../../core/value.ts";

/**
 * `true` or `nil`, "exit" or "signal", and the code.
 *
 * @param exitCode As of `HostProcess.execute`.
 */
export function executionResults(exitCode: number): Results {
  if (exitCode < 0) return [undefined, "signal", -exitCode];
  return [exitCode === 0 ? true : undefined, "exit", exitCode];
}
