/** Reads a partition in pieces, so that memory is bounded whatever the size of the topic and of its events. */
import type { LogStorage, StoredEvent } from "../../runtime/topics/index.ts";

/** A part of one partition. */
export interface EventRange {
  readonly partition: number;
  /** Offsets: from this one */
  readonly from: number;
  /** up to before this one. */
  readonly to: number;
  /** Events of this key only. */
  readonly key?: string | undefined;
}

export const PAGE_EVENTS = 1000;
const FIRST_PAGE_EVENTS = 100;
/** Pages of large events have fewer. */
const PAGE_CHARS = 4_000_000;

/** Events by offset. @throws LogError */
export async function* readPages(
  log: LogStorage,
  topic: string,
  { partition, from, to, key }: EventRange,
  maxEvents = PAGE_EVENTS,
): AsyncGenerator<readonly StoredEvent[]> {
  let limit = Math.min(FIRST_PAGE_EVENTS, maxEvents);
  let next = from;
  while (next < to) {
    const events = await log.read(topic, { partition, from: next, to, key, limit });
    if (events.length > 0) yield events;
    const last = events.at(-1);
    if (last === undefined || events.length < limit) return;
    next = last.offset + 1;
    const fitting = Math.floor(PAGE_CHARS / (charsOf(events) / events.length));
    limit = Math.max(1, Math.min(fitting, maxEvents));
  }
}

/** Of a key whose events are rare, so many offsets are looked through at a time. */
const MAX_WINDOW = 16_384;

/** The last event first, in each page too. @throws LogError */
export async function* readPagesBackwards(
  log: LogStorage,
  topic: string,
  { partition, from, to, key }: EventRange,
  maxEvents = PAGE_EVENTS,
): AsyncGenerator<readonly StoredEvent[]> {
  let window = Math.min(FIRST_PAGE_EVENTS, maxEvents);
  for (let end = to; end > from;) {
    const start = Math.max(from, end - window);
    const events = await log.read(topic, { partition, from: start, to: end, key, limit: window });
    if (events.length > 0) yield events.toReversed();
    if (events.length < window / 4) window = Math.min(window * 2, MAX_WINDOW);
    end = start;
  }
}

function charsOf(events: readonly StoredEvent[]): number {
  // Each event costs something, however short it is.
  return events.reduce((sum, { key, value }) => sum + key.length + value.length + 100, 0);
}
