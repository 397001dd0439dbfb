/** What is to be replayed of a partition, with what is known of it. */
import type { LogStorage, StoredEvent } from "../../runtime/topics/index.ts";
import { PAGE_EVENTS, readPages, type EventRange } from "../topics/readPages.ts";
import type { EarlierEndings } from "./earlierEndings.ts";
import type { Ending } from "./outcome.ts";

export interface ReadEvent {
  readonly event: StoredEvent;
  /** How the function ended when a group handled it; `undefined` when that is not known. */
  readonly before: Ending | undefined;
}

export interface ReadOptions {
  readonly log: LogStorage;
  readonly topic: string;
  readonly ranges: readonly EventRange[];
  /** `undefined`: nobody asks. */
  readonly earlier: EarlierEndings | undefined;
}

/** For each range, its events in pages. Together they are about as many, however many ranges there are. */
export function readReplayed({
  log,
  topic,
  ranges,
  earlier,
}: ReadOptions): readonly AsyncIterable<readonly ReadEvent[]>[] {
  const pageEvents = Math.ceil(PAGE_EVENTS / Math.max(1, ranges.length));
  return ranges.map(async function* (range) {
    for await (const page of readPages(log, topic, range, pageEvents)) {
      const endings = await earlier?.(page);
      yield page.map((event, index) => ({ event, before: endings?.[index] }));
    }
  });
}
