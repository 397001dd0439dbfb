/** What every event log does, whatever keeps it: each test gets a log of its own. */
import { partitionOf } from "./partition.ts";
import { LogError, type LogStorage, type StoredEvent, type TopicSettings } from "./storage.ts";

export const TOPICS: readonly TopicSettings[] = [
  { name: "users", partitions: undefined },
  { name: "single", partitions: 1 },
  { name: "Odd.name-with_all", partitions: 3 },
];

/** What a log may be unable to do; then it says so. */
export type LogFeature =
  /** It finds the events of a key, */
  | "keys"
  /** has idempotency keys, */
  | "idempotency"
  /** and knows where a partition was at a time. */
  | "times";

export interface LogContract {
  readonly without?: readonly LogFeature[];
}

/**
 * @param open Opens a log that has `TOPICS` and no events.
 * @param contract What it can't do.
 */
export function testLogStorage(
  open: () => Promise<LogStorage>,
  { without = [] }: LogContract = {},
): void {
  let log: LogStorage;

  const has = (feature: LogFeature): boolean => !without.includes(feature);

  const check = (name: string, feature: LogFeature, run: () => Promise<void>): void =>
    has(feature) ? test(name, run) : test.skip(`${name} (this log is without: ${feature})`, run);

  beforeEach(async () => {
    log = await open();
  });

  afterEach(async () => {
    await log.close();
  });

  const append = (topic: string, ...entries: readonly (readonly [string, unknown])[]) =>
    log.append(
      topic,
      entries.map(([key, value]) => ({ key, value: JSON.stringify(value) })),
    );

  const offsets = (events: readonly StoredEvent[]) => events.map(({ offset }) => offset);

  const valuesOf = (events: readonly StoredEvent[]) =>
    events.map(({ value }) => JSON.parse(value) as unknown);

  test("knows its topics", () => {
    expect(log.topics()).toEqual([
      { name: "users", partitions: 8 },
      { name: "single", partitions: 1 },
      { name: "Odd.name-with_all", partitions: 3 },
    ]);
    expect(log.topic("Odd.name-with_all")?.partitions).toBe(3);
    expect(log.topic("users ")).toBeUndefined();
  });

  test("gives back what was appended", async () => {
    const before = Date.now();
    const values = [
      { a: [1, null, "\u00fc\u{1f600}"], b: {} },
      "text",
      1.5,
      true,
      null,
      [],
      "'; DROP TABLE event; --",
    ];
    await log.append(
      "Odd.name-with_all",
      values.map((value) => ({ key: "k'\u00fc\"", value: JSON.stringify(value) })),
      { headers: { producer: "test", trace: "\u00e4" } },
    );
    const events = await log.read("Odd.name-with_all", { limit: 100 });
    expect(valuesOf(events)).toEqual(values);
    expect(offsets(events)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const event of events) {
      expect(event).toMatchObject({
        topic: "Odd.name-with_all",
        key: "k'\u00fc\"",
        partition: partitionOf("k'\u00fc\"", 3),
        headers: { producer: "test", trace: "\u00e4" },
      });
      expect(event.timestampMs).toBeGreaterThanOrEqual(before - 60_000);
      expect(event.timestampMs).toBeLessThanOrEqual(Date.now() + 60_000);
    }
  });

  test("events have headers of their own beside those of the call", async () => {
    const value = "1";
    await log.append(
      "single",
      [
        { key: "a", value, headers: { part: "1", both: "own" } },
        { key: "b", value },
      ],
      { headers: { both: "call" } },
    );
    const events = await log.read("single", { limit: 10 });
    expect(events.map(({ headers }) => headers)).toEqual([
      { part: "1", both: "own" },
      { both: "call" },
    ]);
  });

  test("numbers the events of each partition without gaps, whoever appends", async () => {
    const keys = Array.from({ length: 40 }, (_, index) => `key ${String(index)}`);
    await Promise.all(
      keys.map(async (key, index) => {
        await append("users", [key, index], [key, index + 0.5]);
      }),
    );
    const events = await log.read("users", { limit: 1000 });
    expect(events).toHaveLength(80);
    for (let partition = 0; partition < 8; partition++) {
      const own = events.filter((event) => event.partition === partition);
      expect(offsets(own)).toEqual(own.map((_, index) => index));
      const times = own.map(({ timestampMs }) => timestampMs);
      expect(times).toEqual([...times].sort((left, right) => left - right));
      for (const { key } of own) expect(partitionOf(key, 8)).toBe(partition);
    }
    const inOrder = events.filter(({ key }) => key === "key 7");
    expect(valuesOf(inOrder)).toEqual([7, 7.5]);
  });

  test("reads a range, a key, a partition and so many", async () => {
    for (let index = 0; index < 10; index++)
      await append("single", [index % 2 ? "odd" : "even", index]);
    const read = async (options: object) =>
      valuesOf(await log.read("single", { limit: 100, ...options }));
    expect(await read({ from: 3, to: 6 })).toEqual([3, 4, 5]);
    expect(await read({ from: 8 })).toEqual([8, 9]);
    expect(await read({ from: 10 })).toEqual([]);
    if (has("keys")) {
      expect(await read({ key: "odd" })).toEqual([1, 3, 5, 7, 9]);
      expect(await read({ key: "odd", from: 4, limit: 2 })).toEqual([5, 7]);
      expect(await read({ key: "none" })).toEqual([]);
    }
    expect(await read({ limit: 4 })).toEqual([0, 1, 2, 3]);
    expect(await read({ partition: 0, to: 1 })).toEqual([0]);
    expect(await read({ partition: 1 })).toEqual([]);
  });

  test("reads several partitions by their offsets", async () => {
    const keys = Array.from({ length: 30 }, (_, index) => String(index));
    for (const key of keys) await append("Odd.name-with_all", [key, key]);
    const events = await log.read("Odd.name-with_all", { limit: 7 });
    expect(events.map(({ offset, partition }) => [offset, partition])).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 1],
      [1, 2],
      [2, 0],
    ]);
  });

  check("finds the last event of a key", "keys", async () => {
    await append("users", ["a", 1], ["b", 2], ["a", 3]);
    await append("users", ["c", 4]);
    expect(JSON.parse((await log.latest("users", "a"))?.value ?? "")).toBe(3);
    expect(JSON.parse((await log.latest("users", "b"))?.value ?? "")).toBe(2);
    expect(await log.latest("users", "d")).toBeUndefined();
    expect(await log.latest("single", "a")).toBeUndefined();
  });

  test("tells how far each partition goes", async () => {
    const empty = { start: 0, end: 0, lastMs: undefined };
    const topic = "Odd.name-with_all";
    expect(await log.partitions(topic)).toEqual(
      [0, 1, 2].map((each) => ({ partition: each, ...empty })),
    );
    await append(topic, ["k", 1], ["k", 2]);
    await append(topic, ["k", 3]);
    const last = (await log.read(topic, { limit: 10 })).at(-1);
    expect(await log.partitions(topic)).toEqual(
      [0, 1, 2].map((partition) =>
        partition === last?.partition
          ? { partition, start: 0, end: 3, lastMs: last.timestampMs }
          : { partition, ...empty },
      ),
    );
  });

  check("finds where each partition is at a time", "times", async () => {
    const topic = "Odd.name-with_all";
    // Different times: drivers keep parts of milliseconds, and must round as they do when they compare.
    for (let index = 0; index < 20; index++) {
      await append(topic, ["a", index], ["b", index], ["c", index]);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    const events = await log.read(topic, { limit: 100 });
    const times = [...new Set(events.map(({ timestampMs }) => timestampMs))];
    for (const timeMs of [0, ...times, Math.max(...times) + 1]) {
      const expected = [0, 1, 2].map((partition) => {
        const own = events.filter((event) => event.partition === partition);
        return own.filter(({ timestampMs }) => timestampMs < timeMs).length;
      });
      expect(await log.offsetsAt(topic, timeMs)).toEqual(expected);
    }
  });

  check("an idempotency key has one effect in each topic", "idempotency", async () => {
    const once = (topic: string, value: number, idempotencyKey: string) =>
      log.append(topic, [{ key: "k", value: String(value) }], { idempotencyKey });
    await once("single", 1, "first");
    await once("single", 2, "first");
    await Promise.all([3, 4, 5].map((value) => once("single", value, "second")));
    await append("single", ["k", 6]);
    await once("users", 7, "first");
    const values = valuesOf(await log.read("single", { limit: 100 }));
    expect(values).toEqual([1, 3, 6]);
    expect(valuesOf(await log.read("users", { limit: 100 }))).toEqual([7]);
  });

  test("calls that come at once keep to themselves", async () => {
    const calls = Array.from({ length: 60 }, (_, call) => ({
      topic: call % 2 === 0 ? "users" : "Odd.name-with_all",
      once: has("idempotency") && call % 3 === 0 ? `once ${String(call % 5)}` : undefined,
      call,
    }));
    await Promise.all(
      calls.map(({ topic, once, call }) => {
        const events = Array.from({ length: 1 + (call % 7) }, (_, index) => ({
          key: `key ${String(index % 4)}`,
          value: JSON.stringify([call, index]),
        }));
        return log.append(topic, events, { idempotencyKey: once, headers: { call: String(call) } });
      }),
    );
    for (const topic of ["users", "Odd.name-with_all"]) {
      const events = await log.read(topic, { limit: 10_000 });
      for (const partition of new Set(events.map((event) => event.partition))) {
        const own = events.filter((event) => event.partition === partition);
        expect(offsets(own)).toEqual(own.map((_, index) => index));
      }
      for (const { value, headers } of events) {
        expect(headers).toEqual({ call: String((JSON.parse(value) as number[])[0]) });
      }
      const ofTopic = calls.filter((each) => each.topic === topic);
      for (const { call, once } of ofTopic) {
        const indexes = events
          .map(({ value }) => JSON.parse(value) as [number, number])
          .filter(([by]) => by === call)
          .map(([, index]) => index)
          .sort((left, right) => left - right);
        const whole = Array.from({ length: 1 + (call % 7) }, (_, index) => index);
        const isFirst = ofTopic.find((each) => each.once === once)?.call === call;
        expect(indexes).toEqual(once === undefined || isFirst ? whole : []);
      }
    }
  });

  test("refuses what can't be stored, and nobody else suffers", async () => {
    const good = Array.from({ length: 5 }, (_, index) => append("single", ["good", index]));
    const bad = append("single", ["before", 1], ["bad", "a\0b"]);
    const badKey = append("single", ["a\0b", 1]);
    await expect(bad).rejects.toThrow(
      new LogError("the value of key 'bad' has a NUL character, which can't be stored"),
    );
    await expect(badKey).rejects.toThrow("a key can't have a NUL character");
    await Promise.all(good);
    // No NUL, but a backslash and what follows it.
    await append("single", ["good", "\\u0000"]);
    expect(valuesOf(await log.read("single", { limit: 100 }))).toEqual([0, 1, 2, 3, 4, "\\u0000"]);
  });

  test("says what it can't do", async () => {
    const refused = { name: "LogError", message: expect.stringMatching(/keys/) as string };
    if (!has("keys")) {
      await expect(log.latest("users", "k")).rejects.toMatchObject(refused);
      await expect(log.read("users", { key: "k", limit: 1 })).rejects.toMatchObject(refused);
    }
    if (!has("idempotency")) {
      const appended = log.append("users", [{ key: "k", value: "1" }], { idempotencyKey: "once" });
      await expect(appended).rejects.toMatchObject(refused);
    }
    expect(await log.read("users", { limit: 1 })).toEqual([]);
  });

  test("an unknown topic is named, with those there are", async () => {
    const expected = {
      message: "there is no topic 'user'",
      hint: expect.stringContaining("users, single") as string,
    };
    await expect(append("user", ["k", 1])).rejects.toMatchObject(expected);
    await expect(log.read("user", { limit: 1 })).rejects.toMatchObject(expected);
    await expect(log.latest("user", "k")).rejects.toMatchObject(expected);
    await expect(log.partitions("user")).rejects.toMatchObject(expected);
    await expect(log.offsetsAt("user", 0)).rejects.toMatchObject(expected);
  });

  test("many events go in at once, in their order", async () => {
    const entries = Array.from({ length: 5000 }, (_, index) => ["k", index] as const);
    await append("single", ...entries);
    const events = await log.read("single", { limit: 10_000 });
    expect(valuesOf(events)).toEqual(entries.map(([, value]) => value));
    expect(offsets(await log.read("single", { from: 4998, limit: 10 }))).toEqual([4998, 4999]);
  });
}
