/** Why a call stopped before its end. */
import type { Failure } from "./failure.ts";

/** Whoever asked no longer wants to know. */
export const ABORTED = "aborted";
export type StopReason = Failure["kind"] | typeof ABORTED | "bug";

/** What the log says of a request that had no response: what a server between would have answered. */
export function statusFor(problem: StopReason | undefined, status: number): number {
  if (problem === undefined) return status;
  if (problem === "timeout") return 504;
  return problem === ABORTED ? 499 : 502;
}
