/** The module `topics`: the event log, for functions. */
import { current } from "../core/current.ts";
import type { Invocation } from "../core/invocation.ts";
import { TableIterator } from "../core/iterate.ts";
import type { Span } from "../core/span.ts";
import type { LuaState } from "../core/state.ts";
import { waitFor } from "../core/suspend.ts";
import { LuaTable } from "../core/table.ts";
import { typeOf } from "../core/metatable.ts";
import { decodeUtf8, encodeUtf8 } from "../core/utf8.ts";
import type { LuaValue, Results } from "../core/value.ts";
import { decodeJson, encodeJson, JsonError } from "../json/index.ts";
import { argumentError, checkString, checkTable } from "../stdlib/arguments.ts";
import { defineLibrary, libraryTable } from "../stdlib/library.ts";
import { StaleLease } from "../topics/groups.ts";
import { originOf } from "../topics/origin.ts";
import { logOf } from "../topics/provided.ts";
// Not by way of the door, which knows the drivers: a program that uses no topics is to start without them.
import {
  checkTopic,
  LogError,
  LogRefusal,
  type AppendOptions,
  type LogStorage,
  type NewEvent,
  type ReadOptions,
  type StoredEvent,
} from "../topics/storage.ts";
import { beginSpan, eventHeaders } from "../tracing/index.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 10_000;

const topicsLibrary = defineLibrary("topics", {
  /**
   * `topics.append(topic, {key = value, ...} [, options])`: stores an event for each key; a value is
   * whatever JSON can say. The list form `{{key = key, value = value}, ...}` keeps its order. Returns "ok"
   * once they are durable: all or, when there is an error, none. Others run meanwhile.
   *
   * With `idempotencyKey` among the options only the first call with it has an effect in the topic;
   * `headers` are texts that are stored with each event, beside `trace`, `span` and `producer`, which name the request or
   * event that led to it, the append itself, and the function that appends.
   *
   * @signature (topic, events [, options])
   * @throws LuaError "there is no topic 'x'", "value of key 'k': ..."
   */
  append: (topicValue, eventsValue, optionsValue) => {
    const topic = checkText(topicValue, 1);
    const events = toEvents(checkTable(eventsValue, 2));
    const { headers, idempotencyKey } = toAppendOptions(optionsValue);
    const { invocation } = current;
    const origin = originOf(invocation);
    const span = beginSpan(invocation, {
      method: "APPEND",
      path: `/${encodeUtf8(topic)}`,
      name: "topics.append",
    });
    return withLog(async (log) => {
      checkTopic(log, topic);
      if (origin?.isHeldBack !== true) {
        await log.append(topic, events, {
          idempotencyKey,
          headers: withOrigin(headers ?? {}, invocation, span),
          fence: origin?.fence,
        });
      }
      origin?.onAppend({ topic, events });
      return () => "ok";
    }, span);
  },

  /**
   * `topics.read(topic [, options])`: a list of events, each a table with `topic`, `partition`, `offset`, `key`, `value`,
   * `timestamp` (seconds since 1970) and `headers`. Offsets count within a partition; events come in their
   * order. Options: `from` and `to`, the offsets to begin with and to end before; `key`; `partition`;
   * `limit`, 100 unless given, 10,000 at most.
   *
   * @signature (topic [, options])
   * @throws LuaError "there is no topic 'x'"
   */
  read: (topicValue, optionsValue) => {
    const topic = checkText(topicValue, 1);
    const options = toReadOptions(optionsValue);
    return withLog(async (log) => {
      const events = await log.read(topic, options);
      return () => listOf(events.map(toEventTable));
    });
  },

  /**
   * `topics.latest(topic, key)`: the last event of a key, as `read` gives it; nil when there is none.
   *
   * @throws LuaError "there is no topic 'x'"
   */
  latest: (topicValue, keyValue) => {
    const topic = checkText(topicValue, 1);
    const key = checkText(keyValue, 2);
    return withLog(async (log) => {
      const event = await log.latest(topic, key);
      return () => event && toEventTable(event);
    });
  },
});

/** Makes the module's table. */
export function openTopics(_state: LuaState): LuaTable {
  return libraryTable(topicsLibrary);
}

/**
 * Waits for the log, and for what is done with it; what comes of it is made in the state.
 *
 * @param span Ends when that is done.
 */
function withLog(use: (log: LogStorage) => Promise<() => LuaValue>, span?: Span): Results {
  const { state } = current;
  return waitFor(
    logOf(state)
      .then(use)
      .then(
        (make) => {
          span?.end(200, 0);
          return state.enter(make);
        },
        (error: unknown) => {
          span?.end(statusOf(error), 0);
          return explain(error);
        },
      ),
  );
}

/** What HTTP would say. */
function statusOf(error: unknown): number {
  if (error instanceof StaleLease) return 409;
  if (error instanceof LogRefusal) return 400;
  return error instanceof LogError ? 503 : 500;
}

function explain(error: unknown): never {
  if (error instanceof StaleLease) throw new Error(error.message);
  if (!(error instanceof LogError)) throw error;
  throw new Error(error.text);
}

/** What is stored with each event unless the function says something else; programs say nothing. */
function withOrigin(
  headers: Readonly<Record<string, string>>,
  invocation: Invocation | undefined,
  span: Span | undefined,
): Readonly<Record<string, string>> {
  if (invocation === undefined || span === undefined) return headers;
  const { functionName = "" } = invocation;
  const producer = decodeUtf8(functionName) ?? functionName;
  return { producer, ...eventHeaders(span, headers) };
}

function checkText(value: LuaValue, argument: number): string {
  const text = decodeUtf8(checkString(value, argument));
  return text ?? argumentError(argument, "not UTF-8");
}

function toEvents(table: LuaTable): NewEvent[] {
  if (table.array.length > 0) return table.array.map(toListedEvent);
  const events: NewEvent[] = [];
  const entries = new TableIterator(table);
  while (entries.advance()) {
    if (typeof entries.key !== "string") {
      return argumentError(2, `a key is a ${typeOf(entries.key)}, not a string`);
    }
    events.push(toEvent(entries.key, entries.value));
  }
  return events;
}

function toListedEvent(entry: LuaValue, index: number): NewEvent {
  const key = entry instanceof LuaTable ? entry.getString("key") : undefined;
  if (!(entry instanceof LuaTable) || typeof key !== "string") {
    return argumentError(2, `entry ${String(index + 1)} of the list needs a 'key', a string`);
  }
  const value = entry.getString("value");
  if (value === undefined)
    return argumentError(2, `entry ${String(index + 1)} of the list needs a 'value'`);
  return toEvent(key, value);
}

function toEvent(keyBytes: string, value: LuaValue): NewEvent {
  const key = decodeUtf8(keyBytes);
  if (key === undefined) return argumentError(2, "a key is not UTF-8");
  const text = decodeUtf8(toJson(keyBytes, value));
  if (text === undefined) return argumentError(2, `value of key '${keyBytes}': not UTF-8`);
  return { key, value: text };
}

function toJson(key: string, value: LuaValue): string {
  try {
    return encodeJson(value);
  } catch (thrown) {
    if (thrown instanceof JsonError)
      return argumentError(2, `value of key '${key}': ${thrown.message}`);
    throw thrown;
  }
}

function toAppendOptions(value: LuaValue): AppendOptions {
  if (value === undefined) return {};
  const table = checkTable(value, 3);
  const idempotencyKey = textOption(table, "idempotencyKey", 3);
  return { headers: toHeaders(table.getString("headers")), idempotencyKey };
}

function toHeaders(value: LuaValue): Record<string, string> {
  const headers: Record<string, string> = {};
  if (value === undefined) return headers;
  if (!(value instanceof LuaTable)) return argumentError(3, "'headers' must be a table");
  const entries = new TableIterator(value);
  while (entries.advance()) {
    const { key, value: header } = entries;
    const name = typeof key === "string" ? decodeUtf8(key) : undefined;
    const text = typeof header === "string" ? decodeUtf8(header) : undefined;
    if (name === undefined || text === undefined) {
      return argumentError(3, "names and values of 'headers' must be UTF-8 strings");
    }
    Object.defineProperty(headers, name, { value: text, enumerable: true });
  }
  return headers;
}

function toReadOptions(value: LuaValue): ReadOptions {
  if (value === undefined) return { limit: DEFAULT_LIMIT };
  const table = checkTable(value, 2);
  const limit = integerOption(table, "limit") ?? DEFAULT_LIMIT;
  if (limit < 1 || limit > MAX_LIMIT) {
    return argumentError(2, `'limit' must be from 1 to ${String(MAX_LIMIT)}`);
  }
  return {
    from: integerOption(table, "from"),
    to: integerOption(table, "to"),
    partition: integerOption(table, "partition"),
    key: textOption(table, "key", 2),
    limit,
  };
}

/** Offsets and the like: not below 0. */
function integerOption(table: LuaTable, name: string): number | undefined {
  const value = table.getString(name);
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  return argumentError(2, `'${name}' must be a whole number, 0 or more`);
}

function textOption(table: LuaTable, name: string, argument: number): string | undefined {
  const value = table.getString(name);
  if (value === undefined) return undefined;
  const text = typeof value === "string" ? decodeUtf8(value) : undefined;
  return text ?? argumentError(argument, `'${name}' must be a string in UTF-8`);
}

function listOf(tables: readonly LuaTable[]): LuaTable {
  const list = new LuaTable();
  for (const table of tables) list.push(table);
  return list;
}

/** An event, for functions. @throws JsonError */
export function toEventTable(event: StoredEvent): LuaTable {
  const table = new LuaTable();
  table.setString("topic", event.topic);
  table.setString("partition", event.partition);
  table.setString("offset", event.offset);
  table.setString("key", encodeUtf8(event.key));
  table.setString("value", decodeJson(encodeUtf8(event.value)));
  table.setString("timestamp", event.timestampMs / 1000);
  const headers = new LuaTable();
  for (const [name, text] of Object.entries(event.headers)) {
    headers.setString(encodeUtf8(name), encodeUtf8(text));
  }
  table.setString("headers", headers);
  return table;
}
