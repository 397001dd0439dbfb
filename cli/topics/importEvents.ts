/**
 * Appends events that are given as JSON lines, in their order. They go out in batches, which depend on the lines
 * alone: an import that is repeated makes the same ones, and their idempotency keys keep those that are there
 * from being stored again.
 */
import { createHash } from "node:crypto";
import { checkTopic, LogError, LogRefusal, type LogStorage } from "../../runtime/topics/index.ts";
import { UserError } from "../errors.ts";
import { readEvent, type ImportedEvent } from "./importedEvent.ts";
import type { Line } from "./readLines.ts";

export interface ImportOptions {
  /** Of the file, for messages. */
  readonly name: string;
  readonly idempotencyKey: string | undefined;
  readonly onProgress: (imported: Imported) => void;
}

export interface Imported {
  /** How many are stored. */
  readonly events: number;
  /** The line of the last one. */
  readonly line: number;
}

/** @throws LogError for an unknown topic, UserError that says what is stored: "events.jsonl:3: 'key' is missing" */
export async function importEvents(
  log: LogStorage,
  topic: string,
  lines: AsyncIterable<Line>,
  { name, idempotencyKey, onProgress }: ImportOptions,
): Promise<Imported> {
  checkTopic(log, topic);
  let imported: Imported = { events: 0, line: 0 };
  try {
    for await (const batch of batchesOf(lines, name)) {
      await append(log, topic, batch, { name, idempotencyKey });
      imported = { events: imported.events + batch.events.length, line: batch.lastLine };
      onProgress(imported);
    }
    return imported;
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    const stored = whatIsStored(imported, idempotencyKey);
    throw new UserError(thrown.message, joinHints(thrown.hint, stored));
  }
}

interface Batch {
  readonly firstLine: number;
  lastLine: number;
  readonly events: ImportedEvent[];
}

/** A batch ends before the event that would go beyond one of these. */
const BATCH_EVENTS = 1000;
const BATCH_CHARS = 1_000_000;

/** What precedes a bad line in its batch is not given out: mended, the line is to be in that batch again. */
async function* batchesOf(lines: AsyncIterable<Line>, name: string): AsyncGenerator<Batch> {
  let batch: Batch | undefined;
  let chars = 0;
  for await (const { number, text } of lines) {
    if (text.trim() === "") continue;
    const event = readEvent(text);
    if (typeof event === "string") throw new UserError(`${name}:${String(number)}: ${event}`);
    chars += text.length;
    if (batch !== undefined && (chars > BATCH_CHARS || batch.events.length >= BATCH_EVENTS)) {
      yield batch;
      batch = undefined;
      chars = text.length;
    }
    batch ??= { firstLine: number, lastLine: number, events: [] };
    batch.lastLine = number;
    batch.events.push(event);
  }
  if (batch !== undefined) yield batch;
}

/** @throws UserError */
async function append(
  log: LogStorage,
  topic: string,
  { firstLine, lastLine, events }: Batch,
  { name, idempotencyKey }: Pick<ImportOptions, "name" | "idempotencyKey">,
): Promise<void> {
  try {
    await log.append(topic, events, {
      idempotencyKey: idempotencyKey && `${idempotencyKey} ${String(firstLine)} ${digest(events)}`,
    });
  } catch (thrown) {
    if (!(thrown instanceof LogError)) throw thrown;
    const place =
      firstLine === lastLine ? String(firstLine) : `${String(firstLine)}-${String(lastLine)}`;
    // The answer may have been lost on its way.
    const doubt = thrown instanceof LogRefusal ? undefined : "these lines may be stored or not";
    throw new UserError(`${name}:${place}: ${thrown.message}`, joinHints(thrown.hint, doubt));
  }
}

function joinHints(...hints: readonly (string | undefined)[]): string {
  return hints.filter((hint) => hint !== undefined && hint !== "").join("; ");
}

/** Of lines that were changed meanwhile: they are other events, not to be left out. */
function digest(events: readonly ImportedEvent[]): string {
  const hash = createHash("sha256");
  for (const { key, value, headers } of events) hash.update(JSON.stringify([key, value, headers]));
  return hash.digest("hex").slice(0, 16);
}

function whatIsStored({ events, line }: Imported, idempotencyKey: string | undefined): string {
  if (events === 0) return "nothing is stored";
  const stored = `${String(events)} events are stored, up to line ${String(line)}`;
  return idempotencyKey === undefined
    ? `${stored}: import what is behind it`
    : `${stored}: the same command stores the others`;
}
