/** What came of an event that was replayed. */
import type { HandlerOutcome, RecordedAppend, StoredEvent } from "../../runtime/topics/index.ts";

/** How a function ended. */
export type Ending = Exclude<HandlerOutcome, { kind: "unavailable" }>;

/** It returned nothing and appended nothing. */
export const NOTHING: Ending = { kind: "done", handled: { result: undefined, appends: [] } };

/** `done` without a comparison, `new` for what the group has not handled by this function. */
export type Verdict = "done" | "failed" | "equal" | "different" | "new";

export interface ReplayedEvent {
  readonly event: StoredEvent;
  readonly verdict: Verdict;
  readonly today: Ending;
  /** How it ended when the group handled the event; `undefined` when that is not known. */
  readonly before: Ending | undefined;
}

export interface AppendedEvent {
  readonly topic: string;
  readonly key: string;
  /** JSON text. */
  readonly value: string;
}

/** In their order, whichever of them were appended by one call. */
export function appendedEvents(appends: readonly RecordedAppend[]): readonly AppendedEvent[] {
  return appends.flatMap(({ topic, events }) => events.map((event) => ({ topic, ...event })));
}
