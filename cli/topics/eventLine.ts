/** An event on one line, for people. */
import type { StoredEvent } from "../../runtime/topics/index.ts";
import { printable, printableJson } from "../printable.ts";
import type { Style } from "../style.ts";
import { formatTime } from "../time.ts";

/** "2026-11-26T12:00:05.123  3/17  key  {...}  header=text", with its line break. */
export function eventLine(event: StoredEvent, style: Style): string {
  const { key, value, headers, timestampMs } = event;
  const parts = [
    style.dim(formatTime(timestampMs)),
    placeOf(event).padEnd(PLACE_LENGTH),
    style.cyan(key === "" ? '""' : printable(key)),
    printableJson(value),
    ...Object.entries(headers).map(([name, text]) => style.dim(printable(`${name}=${text}`))),
  ];
  return `${parts.join("  ")}\n`;
}

/** Partition and offset: "3/17". */
export function placeOf({ partition, offset }: Pick<StoredEvent, "partition" | "offset">): string {
  return `${String(partition)}/${String(offset)}`;
}

/** Of most places. */
const PLACE_LENGTH = 6;
