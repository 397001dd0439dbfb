/**
 * What a group has done with a partition, in the text that Kafka keeps with a committed offset:
 * settled ranges above it, attempts, and how far events were handed out. Offsets count from the committed one, in base 36.
 *
 * Kafka takes 4,096 bytes. Where that is too little, the farthest are left out: such events are handled again, and such
 * attempts are not counted.
 */
import type { OffsetRange } from "../../progress.ts";

export interface Attempt {
  readonly handler: string;
  readonly attempts: number;
}

export interface SavedState {
  readonly committed: number;
  /** Above `committed`, sorted. */
  readonly settled: readonly OffsetRange[];
  /** Events before it may have been begun by a member that is gone; `undefined` when none was. */
  readonly begunTo: number | undefined;
  /** By offset. */
  readonly attempts: ReadonlyMap<number, Attempt>;
  /** Where reading of the partition's dead letters goes on; `undefined`: from the beginning. */
  readonly lettersFrom: number | undefined;
  /** By offset of the letter, of those that are delivered again. */
  readonly letterAttempts: ReadonlyMap<number, Attempt>;
}

export const MAX_BYTES = 4000;
const MAX_ATTEMPT_BYTES = 1500;

interface Encoded {
  readonly begunTo?: number;
  readonly lettersFrom?: number;
  readonly attempts?: readonly EncodedAttempt[];
  readonly letterAttempts?: readonly EncodedAttempt[];
  /** "5+3 1+1": after 5 that are not settled come 3 that are, then 1 and 1. */
  readonly settled?: string;
}

type EncodedAttempt = readonly [offset: number, attempts: number, handler: string];

export function encodeState(state: SavedState): string {
  const { committed, begunTo, lettersFrom } = state;
  const attempts = encodeAttempts(state.attempts, MAX_ATTEMPT_BYTES);
  const letterAttempts = encodeAttempts(state.letterAttempts, MAX_ATTEMPT_BYTES);
  const encoded: Encoded = {
    ...(begunTo !== undefined && begunTo > committed && { begunTo }),
    ...(lettersFrom !== undefined && { lettersFrom }),
    ...(attempts.length > 0 && { attempts }),
    ...(letterAttempts.length > 0 && { letterAttempts }),
    settled: "",
  };
  const left = MAX_BYTES - Buffer.byteLength(JSON.stringify(encoded));
  return JSON.stringify({ ...encoded, settled: encodeRanges(committed, state.settled, left) });
}

/** Reads nothing out of what others wrote there. */
export function decodeState(committed: number, metadata: string): SavedState {
  const encoded = parse(metadata);
  return {
    committed,
    settled: decodeRanges(committed, encoded.settled ?? ""),
    begunTo: encoded.begunTo,
    attempts: decodeAttempts(encoded.attempts),
    lettersFrom: encoded.lettersFrom,
    letterAttempts: decodeAttempts(encoded.letterAttempts),
  };
}

function encodeAttempts(
  attempts: ReadonlyMap<number, Attempt>,
  maxBytes: number,
): EncodedAttempt[] {
  const encoded: EncodedAttempt[] = [];
  let left = maxBytes;
  for (const [offset, attempt] of [...attempts].sort(([one], [other]) => one - other)) {
    const entry: EncodedAttempt = [offset, attempt.attempts, attempt.handler];
    left -= Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (left < 0) break;
    encoded.push(entry);
  }
  return encoded;
}

function decodeAttempts(encoded: readonly EncodedAttempt[] = []): ReadonlyMap<number, Attempt> {
  return new Map(encoded.map(([offset, attempts, handler]) => [offset, { attempts, handler }]));
}

function encodeRanges(committed: number, ranges: readonly OffsetRange[], maxBytes: number): string {
  let text = "";
  let at = committed;
  for (const [from, to] of ranges) {
    const entry = `${text === "" ? "" : " "}${(from - at).toString(36)}+${(to - from).toString(36)}`;
    if (text.length + entry.length > maxBytes) break;
    text += entry;
    at = to;
  }
  return text;
}

function decodeRanges(committed: number, text: string): OffsetRange[] {
  let at = committed;
  return [...text.matchAll(/([0-9a-z]+)\+([0-9a-z]+)/g)].map(([, open = "", settled = ""]) => {
    const from = at + parseInt(open, 36);
    at = from + parseInt(settled, 36);
    return [from, at];
  });
}

function parse(metadata: string): Encoded {
  try {
    const value: unknown = JSON.parse(metadata);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
