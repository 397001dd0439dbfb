/** Rows and columns of the tables, and what they stand for. */
import type { QueryResultRow } from "pg";
import type { OffsetRange } from "../../progress.ts";
import type { StoredEvent } from "../../storage.ts";

export interface EventRow extends QueryResultRow {
  /** `null`: the lease of the partition is somebody else's. */
  readonly offset: string | null;
  readonly created_ms: string;
  readonly key: string;
  readonly value: string;
  readonly headers: Record<string, string> | null;
}

export function toEvent(
  { topic, partition }: Pick<StoredEvent, "topic" | "partition">,
  row: EventRow,
): StoredEvent {
  return {
    topic,
    partition,
    offset: Number(row.offset),
    key: row.key,
    value: row.value,
    headers: row.headers ?? {},
    timestampMs: Number(row.created_ms),
  };
}

/** @param settled First, end, first, end, ...; as `pg` gives big integers. */
export function toRanges(settled: readonly string[]): OffsetRange[] {
  return Array.from({ length: settled.length / 2 }, (_, index) => [
    Number(settled[2 * index]),
    Number(settled[2 * index + 1]),
  ]);
}

export interface LeaseName {
  readonly topicId: number;
  readonly partition: number;
  readonly epoch: number;
}

/** The first arguments of most functions of the database: topics, partitions, epochs. */
export function columns(leases: readonly LeaseName[]): readonly (readonly number[])[] {
  return [
    leases.map(({ topicId }) => topicId),
    leases.map(({ partition }) => partition),
    leases.map(({ epoch }) => epoch),
  ];
}
