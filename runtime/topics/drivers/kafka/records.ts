/** Events as Kafka's records: key and value in UTF-8, headers as they are. */
import type { NewEvent, StoredEvent } from "../../storage.ts";
import type { KafkaRecord, StoredRecord } from "./client.ts";

export function toRecord(
  { key, value }: NewEvent,
  headers: Readonly<Record<string, string>>,
): KafkaRecord {
  return {
    key: Buffer.from(key),
    value: Buffer.from(value),
    headers,
    timestampMs: Date.now(),
  };
}

/** Of any producer: a record without a key has the key "", one without a value the value `null`. */
export function toEvent(topic: string, partition: number, record: StoredRecord): StoredEvent {
  const { offset, key, value, headers, timestampMs } = record;
  return {
    topic,
    partition,
    offset,
    key: key === null ? "" : decoder.decode(key),
    value: value === null ? "null" : decoder.decode(value),
    headers,
    timestampMs,
  };
}

/** How many bytes it takes in a batch, or a few more. */
export function sizeOf({ key, value, headers }: KafkaRecord): number {
  let size = RECORD_OVERHEAD + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, text] of Object.entries(headers)) {
    // A UTF-16 unit takes three bytes at most.
    size += HEADER_OVERHEAD + 3 * (name.length + text.length);
  }
  return size;
}

const RECORD_OVERHEAD = 32;
const HEADER_OVERHEAD = 10;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
