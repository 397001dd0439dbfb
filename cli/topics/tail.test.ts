import {
  MemoryLog,
  partitionOf,
  type LogStorage,
  type StoredEvent,
} from "../../runtime/topics/index.ts";
import { tail, type TailOptions } from "./tail.ts";

const DEFAULTS: TailOptions = { from: undefined, limit: undefined, follow: undefined };

let log: LogStorage;
let nowMs: number;

beforeEach(() => {
  nowMs = 1000;
  log = new MemoryLog([{ name: "t", partitions: 4 }], () => nowMs);
});

/** One event for each millisecond. */
async function append(...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    nowMs++;
    await log.append("t", [{ key, value: String(nowMs) }]);
  }
}

async function collect(options: Partial<TailOptions>): Promise<readonly string[]> {
  const texts: string[] = [];
  for await (const { key, value } of tail(log, "t", { ...DEFAULTS, ...options })) {
    texts.push(`${key}${value.slice(2)}`);
  }
  return texts;
}

test("the last ten, over all partitions, the oldest first", async () => {
  await append(...Array.from("abcdefghijklmn"));
  expect((await collect({})).join(" ")).toBe("e05 f06 g07 h08 i09 j10 k11 l12 m13 n14");
  expect((await collect({ limit: 2 })).join(" ")).toBe("m13 n14");
  expect(await collect({ limit: 0 })).toEqual([]);
  expect(await collect({ limit: 99 })).toHaveLength(14);
});

test("the last ones of a key, however rare it is", async () => {
  await append("rare", "rare", "rare");
  for (let round = 0; round < 3000; round++) await log.append("t", [{ key: "often", value: "1" }]);
  await append("rare");
  expect(await collect({ key: "rare", limit: 3 })).toEqual(
    ["rare02", "rare03", "rare04"].map(String),
  );
  expect(await collect({ key: "none" })).toEqual([]);
});

test("from an offset, in each partition, or a time", async () => {
  await append(...Array.from("abcdabcd"));
  const partition = partitionOf("a", 4);
  expect(await collect({ from: { kind: "offset", offset: 0 } })).toHaveLength(8);
  expect(await collect({ from: { kind: "offset", offset: 0 }, limit: 3 })).toHaveLength(3);
  expect(await collect({ from: { kind: "offset", offset: 99 } })).toEqual([]);
  const ofOne = await collect({ from: { kind: "offset", offset: 1 }, partition });
  expect(ofOne).toEqual(
    (await collect({ from: { kind: "offset", offset: 0 }, partition })).slice(1),
  );
  expect(await collect({ from: { kind: "time", timestampMs: 1006 } })).toEqual([
    "b06",
    "c07",
    "d08",
  ]);
});

test("a partition that is not there is refused", async () => {
  await expect(collect({ partition: 4 })).rejects.toMatchObject({
    message: "topic 't' has no partition 4",
    hint: "it has those from 0 to 3",
  });
});

test("following loses nothing and repeats nothing while others write", async () => {
  const stop = new AbortController();
  const seen: StoredEvent[] = [];
  await append("before", "before");
  const following = (async () => {
    for await (const event of tail(log, "t", { ...DEFAULTS, limit: 1, follow: stop.signal })) {
      seen.push(event);
      // The events of all writers, and the one before.
      if (seen.length === 5001) stop.abort();
    }
  })();
  await Promise.all(
    Array.from({ length: 10 }, async (_, writer) => {
      for (let index = 0; index < 500; index++) {
        nowMs++;
        await log.append("t", [{ key: `writer ${String(writer)}`, value: String(index) }]);
        if (index % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }),
  );
  await following;
  expect(
    new Set(seen.map(({ partition, offset }) => `${String(partition)}:${String(offset)}`)).size,
  ).toBe(5001);
  for (let writer = 0; writer < 10; writer++) {
    const values = seen
      .filter(({ key }) => key === `writer ${String(writer)}`)
      .map(({ value }) => value);
    expect(values).toEqual(Array.from({ length: 500 }, (_, index) => String(index)));
  }
});

test("following ends when it is told to, or has enough", async () => {
  const stop = new AbortController();
  const following = collect({ follow: stop.signal });
  setTimeout(() => stop.abort(), 50);
  expect(await following).toEqual([]);
  const enough = collect({
    from: { kind: "offset", offset: 0 },
    limit: 2,
    follow: new AbortController().signal,
  });
  await append("a", "b", "c");
  expect(await enough).toHaveLength(2);
});
