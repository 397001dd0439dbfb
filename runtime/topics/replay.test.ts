import { setTimeout as sleep } from "node:timers/promises";
import { MemoryLog } from "./drivers/index.ts";
import { replay, type ReplayOptions } from "./replay.ts";
import type { LogStorage, StoredEvent } from "./storage.ts";

const PARTITIONS = 4;
const PAGE = 10;

let log: LogStorage;
let stop: AbortController;
/** How many events were read. */
let read: number;

beforeEach(() => {
  log = new MemoryLog([{ name: "t", partitions: PARTITIONS }]);
  stop = new AbortController();
  read = 0;
});

/** `count` events for each of so many keys, in turns: their values are 0, 1, and so on. */
async function append(keys: number, count: number): Promise<void> {
  for (let value = 0; value < count; value++) {
    await log.append(
      "t",
      Array.from({ length: keys }, (_, key) => ({ key: `k${String(key)}`, value: String(value) })),
    );
  }
}

async function* pagesOf(partition: number): AsyncGenerator<readonly StoredEvent[]> {
  for (let from = 0; ; from += PAGE) {
    const events = await log.read("t", { partition, from, limit: PAGE });
    if (events.length === 0) return;
    read += events.length;
    yield events;
  }
}

function run(
  handle: (event: StoredEvent) => Promise<void>,
  changes: Partial<ReplayOptions<StoredEvent>> = {},
): Promise<void> {
  return replay({
    partitions: Array.from({ length: PARTITIONS }, (_, partition) => pagesOf(partition)),
    keyOf: ({ key }) => key,
    concurrency: 8,
    handle,
    signal: stop.signal,
    ...changes,
  });
}

/** Not in the order in which they began. */
const awhile = (): Promise<void> => sleep(Math.random() * 3);

test("each event once, those of a key in order, of some keys at the same time", async () => {
  await append(20, 10);
  const seen = new Map<string, number[]>();
  const running = new Set<string>();
  let most = 0;
  await run(async ({ key, value }) => {
    expect(running).not.toContain(key);
    running.add(key);
    most = Math.max(most, running.size);
    await awhile();
    running.delete(key);
    seen.set(key, [...(seen.get(key) ?? []), Number(value)]);
  });
  expect(most).toBe(8);
  expect(seen.size).toBe(20);
  for (const values of seen.values()) expect(values).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("no more than two pages of each partition are in memory", async () => {
  await append(50, 20);
  let handled = 0;
  let most = 0;
  await run(async () => {
    most = Math.max(most, read - handled);
    await sleep(1);
    handled++;
  });
  expect(handled).toBe(1000);
  expect(most).toBeLessThanOrEqual(2 * PAGE * PARTITIONS);
});

test("a slow key holds back nothing but what is its own", async () => {
  await append(20, 10);
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  let others = 0;
  await run(async ({ key }) => {
    if (key === "k0") return held;
    if (++others === 190) letGo();
    await awhile();
  });
  expect(others).toBe(190);
});

test("all partitions have their turns", async () => {
  await append(400, 1);
  const order: number[] = [];
  await run(async ({ partition }) => {
    order.push(partition);
    await awhile();
  });
  expect(order).toHaveLength(400);
  expect(new Set(order.slice(0, 50)).size).toBe(PARTITIONS);
});

test("what can't be handled ends it, once all that was begun has ended", async () => {
  await append(20, 10);
  let begun = 0;
  let ended = 0;
  const running = run(async ({ value }) => {
    begun++;
    await awhile();
    ended++;
    if (value === "3") throw new Error("no more");
  });
  await expect(running).rejects.toThrow("no more");
  expect(begun).toBe(ended);
  expect(begun).toBeLessThan(200);
});

test("so does what can't be read", async () => {
  await append(20, 10);
  const broken = async function* (): AsyncGenerator<readonly StoredEvent[]> {
    yield* pagesOf(0);
    throw new Error("the log is gone");
  };
  const partitions = [broken(), pagesOf(1)];
  await expect(run(awhile, { partitions })).rejects.toThrow("the log is gone");
});

test("when it is aborted nothing more is begun", async () => {
  await append(20, 10);
  let begun = 0;
  let ended = 0;
  await run(async () => {
    if (++begun === 30) stop.abort();
    await awhile();
    ended++;
  });
  expect(begun).toBe(30);
  expect(ended).toBe(30);
  await run(() => Promise.reject(new Error("begun all the same")));
});

test("functions that never wait leave room for others", async () => {
  await append(1000, 1);
  setTimeout(() => stop.abort(), 10);
  let handled = 0;
  await run(() => {
    handled++;
    const endMs = performance.now() + 0.1;
    while (performance.now() < endMs);
    return Promise.resolve();
  });
  expect(handled).toBeLessThan(900);
});

test("nothing to do", async () => {
  await run(() => Promise.reject(new Error("there is no event")));
  await run(() => Promise.reject(new Error("there is no event")), { partitions: [] });
});
