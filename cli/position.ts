/**
 * Places in a topic, as options name them: an offset, a time, or how long ago. An offset counts in each
 * partition by itself, so places become one offset for each.
 */
import type { LogStorage } from "../runtime/topics/index.ts";
import { UserError } from "./errors.ts";

export type Position =
  | { readonly kind: "earliest" | "latest" }
  | { readonly kind: "offset"; readonly offset: number }
  /** In milliseconds since 1970. */
  | { readonly kind: "time"; readonly timestampMs: number };

/** What the value of an option is called in help. */
export const POSITION_PLACEHOLDER = "OFFSET|TIME";

/** For the descriptions of commands. */
export const POSITION_HELP =
  "OFFSET is a whole number, counted in each partition. TIME is a time such as 2026-11-26T12:00, of this " +
  "machine's zone unless one is given (2026-11-26T12:00Z), or an age such as 30s, 15min, 2h or 3d.";

/**
 * Reads an offset or a time.
 *
 * @param option For messages: "--from".
 * @throws UserError "'x' is no offset and no time (option '--from')"
 */
export function parsePosition(text: string, option: string, nowMs = Date.now()): Position {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) {
    return { kind: "offset", offset: Number(text) };
  }
  const ageMs = parseAge(text);
  const timestampMs = ageMs === undefined ? parseTime(text) : nowMs - ageMs;
  if (timestampMs !== undefined) return { kind: "time", timestampMs };
  throw new UserError(
    `'${text}' is no offset and no time (option '${option}')`,
    "write a whole number, a time such as 2026-11-26T12:00, or an age such as 15min, 2h, 3d",
  );
}

/** Also reads "earliest" and "latest". @throws UserError as `parsePosition` does */
export function parseGoal(text: string, option: string, nowMs = Date.now()): Position {
  if (text === "earliest" || text === "latest") return { kind: text };
  return parsePosition(text, option, nowMs);
}

/** The offset of a position in each partition. May lie beyond what the partition has. @throws LogError */
export async function offsetsOf(
  log: LogStorage,
  topic: string,
  position: Position,
): Promise<readonly number[]> {
  if (position.kind === "time") return await log.offsetsAt(topic, position.timestampMs);
  const partitions = await log.partitions(topic);
  switch (position.kind) {
    case "earliest":
      return partitions.map(({ start }) => start);
    case "latest":
      return partitions.map(({ end }) => end);
    case "offset":
      return partitions.map(() => position.offset);
  }
}

const SECOND_MS = 1000;
const AGE_UNITS_MS: Readonly<Partial<Record<string, number>>> = {
  ms: 1,
  s: SECOND_MS,
  min: 60 * SECOND_MS,
  h: 3600 * SECOND_MS,
  d: 24 * 3600 * SECOND_MS,
};

function parseAge(text: string): number | undefined {
  const [, count, unit = ""] = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(text) ?? [];
  const unitMs = AGE_UNITS_MS[unit];
  return unitMs === undefined ? undefined : Math.round(Number(count) * unitMs);
}

const TIME =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** ISO 8601; midnight when it is a day only. In milliseconds since 1970. */
function parseTime(text: string): number | undefined {
  const [, day, hour = "00", minute = "00", second = "00", fraction = "", zone] = (TIME.exec(
    text,
  ) ?? []) as (string | undefined)[];
  if (day === undefined) return undefined;
  const time = `${day}T${hour}:${minute}:${second}`;
  const utc = new Date(`${time}Z`);
  // There is no such time, or it comes out as another one, as February 30 does.
  if (Number.isNaN(utc.getTime()) || !utc.toISOString().startsWith(time)) return undefined;
  // Without a zone it is taken for one of this machine.
  const date = new Date(`${time}.${fraction.slice(0, 3).padEnd(3, "0")}${zone ?? ""}`);
  return Number.isNaN(date.getTime()) ? undefined : date.getTime();
}
