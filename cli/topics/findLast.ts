/** Where the last events of a topic begin. */
import type { LogStorage } from "../../runtime/topics/index.ts";
import { mergeByTime } from "./mergeByTime.ts";
import { PAGE_EVENTS, readPagesBackwards, type EventRange } from "./readPages.ts";

/**
 * Cuts ranges down to their last events.
 *
 * @param count How many events remain, over all partitions.
 * @throws LogError
 */
export async function findLast(
  log: LogStorage,
  topic: string,
  ranges: readonly EventRange[],
  count: number,
): Promise<readonly EventRange[]> {
  const firsts = new Map<number, number>();
  let missing = count;
  if (missing > 0) {
    const pageEvents = Math.min(count, Math.ceil(PAGE_EVENTS / Math.max(1, ranges.length)));
    const sources = ranges.map((range) => readPagesBackwards(log, topic, range, pageEvents));
    for await (const { partition, offset } of mergeByTime(sources, -1)) {
      firsts.set(partition, offset);
      if (--missing === 0) break;
    }
  }
  return ranges.map((range) => ({ ...range, from: firsts.get(range.partition) ?? range.to }));
}
