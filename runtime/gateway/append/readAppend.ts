/** What the body of a request asks to append. */
import type { AppendOptions, NewEvent } from "../../topics/storage.ts";
import { RequestError } from "../errors.ts";
import { JsonScanner } from "./jsonScanner.ts";

export interface Append {
  readonly topic: string;
  readonly events: readonly NewEvent[];
  readonly options: AppendOptions;
}

/**
 * Reads `{"topic": ..., "entries": {key: value, ...}}` or `{"topic": ..., "events": [{"key": ..., "value": ...}, ...]}`,
 * each with `idempotencyKey` and `headers` if wanted. Whatever else is in there is refused, lest something be lost
 * without a word.
 *
 * @throws RequestError 400
 */
export function readAppend(body: string): Append {
  const json = new JsonScanner(body);
  let topic: string | undefined;
  let events: readonly NewEvent[] | undefined;
  let options: AppendOptions = {};
  const readEvents = (read: (json: JsonScanner) => readonly NewEvent[]) => () => {
    if (events !== undefined) refuse("the body has both 'entries' and 'events': give one of them");
    events = read(json);
  };
  readObject(json, "the body", {
    topic: () => (topic = readText(json, "'topic'")),
    entries: readEvents(readEntries),
    events: readEvents(readList),
    idempotencyKey: () => {
      options = { ...options, idempotencyKey: readText(json, "'idempotencyKey'") };
    },
    headers: () => {
      options = { ...options, headers: readHeaders(json) };
    },
  });
  json.end();
  if (topic === undefined) return refuse("the body has no 'topic'");
  if (events === undefined) {
    return refuse(`the body has no events: "entries": {key: value} or ${LIST_FORM}`);
  }
  return { topic, events, options };
}

const LIST_FORM = '"events": [{"key": ..., "value": ...}]';

function readEntries(json: JsonScanner): NewEvent[] {
  if (json.kind !== "object") return refuse("'entries' must be an object of keys and values");
  const events = new Map<string, NewEvent>();
  json.object((key) => {
    // Most programs would keep one of them; which one was meant can't be told.
    if (events.has(key)) refuse(`'entries' has the key '${key}' twice: use ${LIST_FORM}`);
    events.set(key, { key, value: json.raw() });
  });
  return [...events.values()];
}

function readList(json: JsonScanner): NewEvent[] {
  if (json.kind !== "array") return refuse(`'events' must be a list: ${LIST_FORM}`);
  const events: NewEvent[] = [];
  json.array(() => {
    events.push(readEvent(json, `entry ${String(events.length + 1)} of 'events'`));
  });
  return events;
}

function readEvent(json: JsonScanner, what: string): NewEvent {
  let key: string | undefined;
  let value: string | undefined;
  readObject(json, what, {
    key: () => (key = readText(json, `the 'key' of ${what}`)),
    value: () => (value = json.raw()),
  });
  if (key === undefined) return refuse(`${what} has no 'key'`);
  if (value === undefined) return refuse(`${what} has no 'value'`);
  return { key, value };
}

function readHeaders(json: JsonScanner): Record<string, string> {
  if (json.kind !== "object") return refuse("'headers' must be an object of texts");
  const headers = new Map<string, string>();
  json.object((name) => {
    if (headers.has(name)) refuse(`'headers' has '${name}' twice`);
    headers.set(name, readText(json, `the header '${name}'`));
  });
  // Also one that is named __proto__.
  return Object.fromEntries(headers);
}

/** Reads an object whose members are known. */
function readObject(
  json: JsonScanner,
  what: string,
  readers: Readonly<Record<string, () => unknown>>,
): void {
  const known = new Map(Object.entries(readers));
  const seen = new Set<string>();
  if (json.kind !== "object") refuse(`${what} must be an object`);
  json.object((name) => {
    const read = known.get(name);
    if (read === undefined) {
      return refuse(`${what} has an unknown '${name}' (known: ${[...known.keys()].join(", ")})`);
    }
    if (seen.has(name)) refuse(`${what} has '${name}' twice`);
    seen.add(name);
    read();
  });
}

function readText(json: JsonScanner, what: string): string {
  return json.kind === "string" ? json.string() : refuse(`${what} must be a string`);
}

function refuse(message: string): never {
  throw new RequestError(400, message);
}
