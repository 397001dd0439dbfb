import {
  LogError,
  MemoryLog,
  type AppendOptions,
  type NewEvent,
} from "../../runtime/topics/index.ts";
import { importEvents } from "./importEvents.ts";
import { readLines } from "./readLines.ts";

interface Append {
  readonly events: number;
  readonly idempotencyKey: string | undefined;
}

let appends: Append[];

class WatchedLog extends MemoryLog {
  /** Fails with the n-th append. */
  failsAt = Infinity;

  override async append(
    topic: string,
    events: readonly NewEvent[],
    options: AppendOptions = {},
  ): Promise<void> {
    const { idempotencyKey } = options;
    appends.push({ events: events.length, idempotencyKey });
    if (appends.length === this.failsAt) throw new LogError("the event log can't be reached");
    await super.append(topic, events, options);
  }
}

let log: WatchedLog;

beforeEach(() => {
  appends = [];
  log = new WatchedLog([{ name: "t", partitions: 1 }]);
});

async function run(lines: readonly string[], idempotencyKey?: string) {
  // In pieces that end anywhere.
  const bytes = Buffer.from(lines.join("\n"));
  async function* pieces() {
    for (let start = 0; start < bytes.length; start += 1000) {
      yield await Promise.resolve(bytes.subarray(start, start + 1000));
    }
  }
  const input = readLines(pieces(), "f");
  return await importEvents(log, "t", input, {
    name: "f",
    idempotencyKey,
    onProgress: () => undefined,
  });
}

const lineOf = (number: number, rest: object = {}): string =>
  JSON.stringify({ key: `ä${String(number)}`, value: number, ...rest });
const linesOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => lineOf(index));

test("batches are bounded in number and size; each event has its own headers", async () => {
  const lines = [
    ...linesOf(1500),
    ...[1, 2].map((number) => lineOf(number, { value: "x".repeat(600_000) })),
    ...[1, 2, 3].map((number) => lineOf(number, { headers: { part: String(number >> 1) } })),
  ];
  expect(await run(lines)).toEqual({ events: 1505, line: 1505 });
  expect(appends.map(({ events }) => events)).toEqual([1000, 501, 4]);
  const stored = await log.read("t", { limit: 2000 });
  const parts = stored.slice(-4).map(({ headers }) => headers["part"]);
  expect(parts).toEqual([undefined, "0", "1", "1"]);
  expect(stored.slice(0, 1500).map(({ value }) => Number(value))).toEqual(
    linesOf(1500).map((_, index) => index),
  );
});

test("the same lines make the same batches, whatever is behind them", async () => {
  const bad = [...linesOf(1999), "bad"];
  await expect(run(bad, "key")).rejects.toMatchObject({
    message: expect.stringContaining("f:2000: the line is no JSON: ") as string,
    hint: "1000 events are stored, up to line 1000: the same command stores the others",
  });
  await run(linesOf(2500), "key");
  const keys = appends.map(({ idempotencyKey }) => idempotencyKey);
  expect(keys).toHaveLength(4);
  expect(keys[1]).toBe(keys[0]);
  expect(new Set(keys).size).toBe(3);
  expect(await log.read("t", { limit: 9999 })).toHaveLength(2500);
});

test("a failure says what is stored for sure", async () => {
  log.failsAt = 2;
  await expect(run(linesOf(2500))).rejects.toMatchObject({
    message: "f:1001-2000: the event log can't be reached",
    hint:
      "these lines may be stored or not; " +
      "1000 events are stored, up to line 1000: import what is behind it",
  });
});

test("text that is not in UTF-8 is refused with its line", async () => {
  const bytes = Buffer.concat([Buffer.from(`${lineOf(1)}\n"`), Buffer.from([0xff])]);
  async function* pieces() {
    yield await Promise.resolve(bytes);
  }
  const options = { name: "f", idempotencyKey: undefined, onProgress: () => undefined };
  await expect(importEvents(log, "t", readLines(pieces(), "f"), options)).rejects.toMatchObject({
    message: "f:2: the line is not in UTF-8",
    hint: "nothing is stored",
  });
});
