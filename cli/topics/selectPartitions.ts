/** The parts of a topic that a command is about. */
import { partitionOf, type LogStorage, type PartitionInfo } from "../../runtime/topics/index.ts";
import { UserError } from "../errors.ts";

export interface PartitionChoice {
  readonly partition?: number | undefined;
  /** Its events are in one partition. */
  readonly key?: string | undefined;
}

/** @throws LogError for an unknown topic, UserError "topic 'orders' has no partition 9" */
export async function selectPartitions(
  log: LogStorage,
  topic: string,
  { partition, key }: PartitionChoice,
): Promise<readonly PartitionInfo[]> {
  const all = await log.partitions(topic);
  checkPartition(topic, all.length, partition);
  const ofKey = key === undefined ? undefined : partitionOf(key, all.length);
  return all.filter(
    (each) =>
      (partition === undefined || each.partition === partition) &&
      (ofKey === undefined || each.partition === ofKey),
  );
}

/** @throws UserError "topic 'orders' has no partition 9" */
export function checkPartition(topic: string, count: number, partition: number | undefined): void {
  if (partition === undefined || partition < count) return;
  const hint = count === 1 ? "its only one is 0" : `it has those from 0 to ${String(count - 1)}`;
  throw new UserError(`topic '${topic}' has no partition ${String(partition)}`, hint);
}
