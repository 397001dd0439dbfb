/** Readers of settings that have a unit: sizes, times. */
import { problem, string, type Reader } from "./configReaders.ts";

const UNITS: Readonly<Partial<Record<string, number>>> = {
  "": 1,
  kb: 1024,
  mb: 1024 ** 2,
  gb: 1024 ** 3,
};

const MAX_BODY_LIMIT_BYTES = 2 ** 30;

/** In bytes. @value size: `20MB`, `512KB` or a number of bytes */
export const byteCount: Reader<number> = (node, place) => {
  const match = /^(\d+) *([kKmM][bB]|)$/.exec(string(node, place));
  const unit = UNITS[(match?.[2] ?? "").toLowerCase()] ?? 1;
  const bytes = match === null ? 0 : Number(match[1]) * unit;
  if (bytes >= 1 && bytes <= MAX_BODY_LIMIT_BYTES) return bytes;
  throw problem(place, "must be a size up to 1024MB", "write it as in 20MB, 512KB or 1048576");
};

const MIN_MEMORY_BYTES = 64 * 1024 ** 2;
const MAX_MEMORY_BYTES = 2 ** 40;

/** In bytes. @value size: `512MB` or `2GB` */
export const memorySize: Reader<number> = (node, place) => {
  const match = /^(\d+(?:\.\d+)?) *([mMgG][bB])$/.exec(string(node, place));
  const bytes = Number(match?.[1]) * (UNITS[(match?.[2] ?? "").toLowerCase()] ?? NaN);
  if (bytes >= MIN_MEMORY_BYTES && bytes <= MAX_MEMORY_BYTES) return Math.round(bytes);
  throw problem(place, "must be a size from 64MB to 1024GB", "write it as in 512MB or 2GB");
};

const DURATION_UNITS: Readonly<Partial<Record<string, number>>> = { ms: 1, s: 1000, min: 60_000 };

const MAX_DURATION_MS = 24 * 60 * 60_000;

/** In whole milliseconds, as timers of Node want them. @value time: `500ms`, `30s` or `5min` */
export const duration: Reader<number> = (node, place) => {
  const match = /^(\d+(?:\.\d+)?) *(ms|s|min)$/.exec(string(node, place));
  const lengthMs = Number(match?.[1]) * (DURATION_UNITS[match?.[2] ?? ""] ?? NaN);
  if (lengthMs >= 1 && lengthMs <= MAX_DURATION_MS) return Math.round(lengthMs);
  throw problem(place, "must be a time up to 1440min", "write it as in 500ms, 30s or 5min");
};

const LIFETIME_UNITS: Readonly<Partial<Record<string, number>>> = {
  ...DURATION_UNITS,
  h: 60 * 60_000,
  d: 24 * 60 * 60_000,
};

const MAX_LIFETIME_MS = 365 * 24 * 60 * 60_000;

/** In milliseconds. @value time: `30s`, `5min`, `1h`, `30d` or 0 */
export const lifetime: Reader<number> = (node, place) => {
  const text = string(node, place);
  if (text === "0") return 0;
  const match = /^(\d+(?:\.\d+)?) *(ms|s|min|h|d)$/.exec(text);
  const lengthMs = Number(match?.[1]) * (LIFETIME_UNITS[match?.[2] ?? ""] ?? NaN);
  if (lengthMs >= 0 && lengthMs <= MAX_LIFETIME_MS) return lengthMs;
  throw problem(place, "must be a time up to 365d", "write it as in 30s, 5min, 1h or 30d");
};
