/**
 * Requests to shared dictionaries and their replies, as they go between worker and supervisor: what JSON has, and so numbers
 * that it has not are spelled. Bytes are characters, as everywhere.
 */
import type {
  DictCommand,
  DictReply,
  DictRequest,
  DictValue,
} from "../../runtime/sharedDicts/index.ts";

/** `null` stands for `undefined`. */
type WireValue = string | boolean | number | null | { readonly number: string };

/** What is `undefined` at its end is left out. */
export type WireRequest = readonly [
  dict: string,
  command: DictCommand,
  key: string,
  ...rest: WireValue[],
];

/** A text: why there is none. */
export type WireReply = readonly WireValue[] | string;

export function encodeRequest(dict: string, request: DictRequest): WireRequest {
  const { command, key, value, ttlMs, flags, initial, maximum } = request;
  const rest = [value, ttlMs, flags, initial, maximum];
  while (rest.length > 0 && rest.at(-1) === undefined) rest.pop();
  return [dict, command, key, ...rest.map(encode)];
}

export function decodeRequest([, command, key, ...rest]: WireRequest): DictRequest {
  const [value, ttlMs, flags, initial, maximum] = rest.map(decode);
  return {
    command,
    key,
    value,
    initial: numberOf(initial),
    ttlMs: numberOf(ttlMs) ?? 0,
    flags: numberOf(flags) ?? 0,
    maximum: numberOf(maximum) ?? 0,
  };
}

export function encodeReply(reply: DictReply): WireReply {
  return reply.map(encode);
}

export function decodeReply(reply: readonly WireValue[]): DictReply {
  return reply.map(decode);
}

/** About how long it is as JSON, which is what memory and time depend on. */
export function wireSize(values: WireRequest | WireReply): number {
  if (typeof values === "string") return values.length;
  let size = 0;
  for (const value of values) size += typeof value === "string" ? value.length + 3 : 8;
  return size;
}

function encode(value: DictValue | undefined): WireValue {
  if (value === undefined) return null;
  if (typeof value !== "number" || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return { number: Object.is(value, -0) ? "-0" : String(value) };
}

function decode(value: WireValue): DictValue | undefined {
  if (value === null) return undefined;
  return typeof value === "object" ? Number(value.number) : value;
}

function numberOf(value: DictValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}
