/**
 * JSON that commands print. Values of events are put in as the texts they are: parsed and written again,
 * numbers could lose digits.
 */
import type { StoredEvent } from "../../runtime/topics/index.ts";

/** @param members JSON texts by name. */
export function jsonObject(members: Readonly<Record<string, string>>): string {
  const texts = Object.entries(members).map(([name, text]) => `${JSON.stringify(name)}:${text}`);
  return `{${texts.join(",")}}`;
}

/** As `topics tail` and `topics export` print an event, and `topics import` reads it. One line. */
export function eventJson(event: StoredEvent): string {
  return jsonObject(eventMembers(event));
}

export function eventMembers(event: StoredEvent): Record<string, string> {
  return {
    partition: String(event.partition),
    offset: String(event.offset),
    key: JSON.stringify(event.key),
    // A log may keep the text as it was given, with line breaks.
    value: event.value.replaceAll(/[\r\n]+/g, " "),
    timestamp: JSON.stringify(seconds(event.timestampMs)),
    headers: JSON.stringify(event.headers),
  };
}

/** Times in JSON are in seconds since 1970, as in Lua. */
export function seconds(timeMs: number): number;
export function seconds(timeMs: number | undefined): number | null;
export function seconds(timeMs: number | undefined): number | null {
  return timeMs === undefined ? null : timeMs / 1000;
}
