/** Which events a command is about: all that are there when it begins, or a part of them. */
import type { LogStorage } from "../../runtime/topics/index.ts";
import { offsetsOf, type Position } from "../position.ts";
import type { EventRange } from "./readPages.ts";
import { selectPartitions, type PartitionChoice } from "./selectPartitions.ts";

export interface Selection extends PartitionChoice {
  readonly from: Position | undefined;
  /** Up to before this one. */
  readonly until?: Position | undefined;
}

/** Of each partition that is chosen; some may be empty, or begin beyond the end. @throws LogError, UserError for a partition that there is not */
export async function rangesOf(
  log: LogStorage,
  topic: string,
  { key, partition, from, until }: Selection,
): Promise<readonly EventRange[]> {
  const partitions = await selectPartitions(log, topic, { key, partition });
  const first = from && (await offsetsOf(log, topic, from));
  const end = until && (await offsetsOf(log, topic, until));
  return partitions.map((each) => ({
    partition: each.partition,
    from: Math.max(each.start, first?.[each.partition] ?? 0),
    to: Math.min(each.end, end?.[each.partition] ?? Infinity),
    key,
  }));
}
