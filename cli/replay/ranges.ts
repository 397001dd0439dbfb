/** Which events are to be replayed: all that are there when the command begins, or a part of them. */
import type { LogStorage } from "../../runtime/topics/index.ts";
import { offsetsOf, type Position } from "../position.ts";
import type { EventRange } from "../topics/readPages.ts";
import { selectPartitions, type PartitionChoice } from "../topics/selectPartitions.ts";

export interface Selection extends PartitionChoice {
  readonly from: Position | undefined;
  readonly until: Position | undefined;
}

/** Of each partition that has some. @throws LogError, UserError for a partition that there is not */
export async function rangesOf(
  log: LogStorage,
  topic: string,
  { key, partition, from, until }: Selection,
): Promise<readonly EventRange[]> {
  const partitions = await selectPartitions(log, topic, { key, partition });
  const first = from && (await offsetsOf(log, topic, from));
  const end = until && (await offsetsOf(log, topic, until));
  return partitions
    .map((each) => ({
      partition: each.partition,
      from: Math.max(each.start, first?.[each.partition] ?? 0),
      to: Math.min(each.end, end?.[each.partition] ?? Infinity),
      key,
    }))
    .filter((range) => range.from < range.to);
}
