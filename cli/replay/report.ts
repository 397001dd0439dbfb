/** What a replay tells, event by event and at its end. */
import type { ReplayedEvent } from "./outcome.ts";
import type { Tally } from "./tally.ts";

/** But for `run`, what the function appends is held back. */
export type ReplayMode = "run" | "dry-run" | "diff";

/** What was asked for. */
export interface ReplaySubject {
  readonly topic: string;
  readonly functionName: string;
  readonly mode: ReplayMode;
  /** With which it is compared. */
  readonly group: string;
  /** How many events there are; `undefined` when that is not known beforehand. */
  readonly total: number | undefined;
  /** Of so many events details are told. */
  readonly limit: number;
}

export interface ReplayReport {
  /** @returns What is to be written; "" for nothing. */
  event(replayed: ReplayedEvent): string;
  /** @param isComplete Whether it came to the end. */
  summary(tally: Tally, isComplete: boolean): string;
}
