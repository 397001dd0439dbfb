/** The events of a topic in the order of their times, on and on. */
import { setTimeout as sleep } from "node:timers/promises";
import type { LogStorage, StoredEvent } from "../../runtime/topics/index.ts";
import type { Position } from "../position.ts";
import { findLast } from "./findLast.ts";
import { mergeByTime } from "./mergeByTime.ts";
import { rangesOf } from "./rangesOf.ts";
import { PAGE_EVENTS, readPages, type EventRange } from "./readPages.ts";
import type { PartitionChoice } from "./selectPartitions.ts";

export interface TailOptions extends PartitionChoice {
  /** `undefined`: with the last `limit` events. */
  readonly from: Position | undefined;
  /** With `from`, this many events at most. */
  readonly limit: number | undefined;
  /** Goes on with what is stored from now on, until it is aborted; `undefined`: does not. */
  readonly follow: AbortSignal | undefined;
}

/** How many of the last events there are unless told otherwise. */
export const LAST_EVENTS = 10;
const POLL_MS = 150;

/**
 * Events are found by their offsets, which have no gaps and grow in the order of commits; so none is passed over,
 * however late or fast they come. Times order what is found at once, no more.
 *
 * @throws LogError
 */
export async function* tail(
  log: LogStorage,
  topic: string,
  options: TailOptions,
): AsyncGenerator<StoredEvent> {
  const { follow, from, limit = from === undefined ? LAST_EVENTS : Infinity } = options;
  const { partition, key } = options;
  let ranges = await rangesOf(log, topic, { partition, key, from });
  if (from === undefined) ranges = await findLast(log, topic, ranges, limit);
  let left = from === undefined ? Infinity : limit;
  for (;;) {
    for await (const event of inOrder(log, topic, ranges)) {
      if (left-- <= 0) return;
      yield event;
      if (follow?.aborted === true) return;
    }
    if (follow === undefined || left <= 0) return;
    await sleep(POLL_MS, undefined, { signal: follow }).catch(() => undefined);
    if (follow.aborted) return;
    ranges = await nextRanges(log, topic, ranges);
  }
}

/** What has been stored since. */
async function nextRanges(
  log: LogStorage,
  topic: string,
  before: readonly EventRange[],
): Promise<readonly EventRange[]> {
  const partitions = await log.partitions(topic);
  return before.map(({ partition, from, to, key }) => {
    const now = partitions[partition];
    // A range may have begun beyond the end.
    const next = Math.max(from, to, now?.start ?? 0);
    return { partition, from: next, to: now?.end ?? next, key };
  });
}

function inOrder(log: LogStorage, topic: string, ranges: readonly EventRange[]) {
  const filled = ranges.filter(({ from, to }) => from < to);
  const pageEvents = Math.ceil(PAGE_EVENTS / Math.max(1, filled.length));
  return mergeByTime(filled.map((range) => readPages(log, topic, range, pageEvents)));
}
