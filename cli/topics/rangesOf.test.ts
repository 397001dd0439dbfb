import { MemoryLog, partitionOf } from "../../runtime/topics/index.ts";
import { rangesOf, type Selection } from "./rangesOf.ts";

const ALL: Selection = { key: undefined, partition: undefined, from: undefined, until: undefined };

let log: MemoryLog;
let nowMs = 0;

/** The keys a to f lie in both partitions; an event each second. */
beforeEach(async () => {
  nowMs = 0;
  log = new MemoryLog([{ name: "t", partitions: 2 }], () => nowMs);
  for (const key of "abcdefabcdef") {
    nowMs += 1000;
    await log.append("t", [{ key, value: "1" }]);
  }
});

const ends = async (): Promise<readonly number[]> =>
  (await log.partitions("t")).map(({ end }) => end);

async function ranges(changes: Partial<Selection>): Promise<readonly (readonly number[])[]> {
  const found = await rangesOf(log, "t", { ...ALL, ...changes });
  return found
    .filter(({ from, to }) => from < to)
    .map(({ partition, from, to }) => [partition, from, to]);
}

const offset = (value: number) => ({ kind: "offset", offset: value }) as const;

test("all that there is now", async () => {
  const [first = 0, second = 0] = await ends();
  expect(first + second).toBe(12);
  expect(await ranges({})).toEqual([
    [0, 0, first],
    [1, 0, second],
  ]);
});

test("from and until, in each partition", async () => {
  expect(await ranges({ from: offset(1), until: offset(3) })).toEqual([
    [0, 1, 3],
    [1, 1, 3],
  ]);
  expect(await ranges({ from: offset(100) })).toEqual([]);
  expect(await ranges({ from: offset(3), until: offset(3) })).toEqual([]);
  expect(await ranges({ partition: 1, until: offset(100) })).toEqual([[1, 0, (await ends())[1]]]);
});

test("a time", async () => {
  const found = await ranges({ from: { kind: "time", timestampMs: 7000 } });
  const events = await log.read("t", { limit: 100 });
  const later = events.filter(({ timestampMs }) => timestampMs >= 7000);
  expect(found.reduce((sum, [, from = 0, to = 0]) => sum + to - from, 0)).toBe(later.length);
  expect(later).toHaveLength(6);
});

test("a key is in one partition", async () => {
  const partition = partitionOf("a", 2);
  expect(await rangesOf(log, "t", { ...ALL, key: "a" })).toEqual([
    { partition, from: 0, to: (await ends())[partition], key: "a" },
  ]);
  expect(await ranges({ key: "a", partition: 1 - partition })).toEqual([]);
});

test("a partition that there is not", async () => {
  await expect(ranges({ partition: 2 })).rejects.toThrow("topic 't' has no partition 2");
});
