/** What kafkajs fetched, without what is no record: markers of transactions, and records of those that were aborted. */
import type { Fetched, StoredRecord } from "../client.ts";
import type { KafkajsFetched, KafkajsMessage } from "./internals.ts";

/** @param from The offset that was asked for: a batch comes as a whole, with what lies before it. */
export function toFetched(topic: string, from: number, fetched: KafkajsFetched): Fetched {
  const messages = fetched.messages.filter(({ offset }) => Number(offset) >= from);
  return {
    topic,
    partition: fetched.partition,
    records: withoutAborted(messages, fetched.abortedTransactions ?? []).map(toRecord),
    nextOffset: Math.max(from, endOf(fetched.messages.at(-1))),
  };
}

/** Behind the batch of a message: compaction may have removed its last records. */
function endOf(message: KafkajsMessage | undefined): number {
  if (message?.batchContext === undefined) return Number(message?.offset ?? -1) + 1;
  const { firstOffset, lastOffsetDelta } = message.batchContext;
  return Number(firstOffset) + lastOffsetDelta + 1;
}

/**
 * A transaction that was aborted begins at the offset that is given for it, and ends with a control record of its
 * producer (KIP-98).
 */
function withoutAborted(
  messages: readonly KafkajsMessage[],
  transactions: NonNullable<KafkajsFetched["abortedTransactions"]>,
): readonly KafkajsMessage[] {
  const waiting = [...transactions].sort(
    (left, right) => Number(left.firstOffset) - Number(right.firstOffset),
  );
  const aborting = new Set<string>();
  return messages.filter(({ offset, isControlRecord, batchContext }) => {
    while (waiting[0] !== undefined && Number(waiting[0].firstOffset) <= Number(offset)) {
      aborting.add((waiting.shift() as (typeof transactions)[number]).producerId);
    }
    const producer = batchContext?.producerId ?? "";
    if (isControlRecord === true) {
      aborting.delete(producer);
      return false;
    }
    return !(batchContext?.inTransaction === true && aborting.has(producer));
  });
}

function toRecord({ offset, timestamp, key, value, headers = {} }: KafkajsMessage): StoredRecord {
  return {
    offset: Number(offset),
    timestampMs: Number(timestamp),
    key,
    value,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, bytes]) => [name, lastOf(bytes)?.toString() ?? ""]),
    ),
  };
}

/** A header may be there several times. */
function lastOf(bytes: Buffer | readonly Buffer[] | null | undefined): Buffer | null | undefined {
  return Buffer.isBuffer(bytes) ? bytes : bytes?.at(-1);
}
