import { Progress, type OffsetRange } from "./progress.ts";
import { randomFrom } from "./random.testkit.ts";

/** What `Progress` keeps, found by looking at each offset. */
function describeSet(
  settled: ReadonlySet<number>,
  end: number,
): { committed: number; ranges: OffsetRange[] } {
  let committed = 0;
  while (settled.has(committed)) committed++;
  const ranges: OffsetRange[] = [];
  for (let from = committed; from < end; from++) {
    let to = from;
    while (settled.has(to)) to++;
    if (to > from) ranges.push([from, to]);
    from = to;
  }
  return { committed, ranges };
}

const told = ({ committed, ranges }: Progress) => ({ committed, ranges });

test("what is settled in order is committed", () => {
  const progress = new Progress(5);
  expect([4, 5].map((offset) => progress.has(offset))).toEqual([true, false]);
  progress.settle(5);
  progress.settle(6);
  progress.settle(5);
  expect(told(progress)).toEqual({ committed: 7, ranges: [] });
});

test("what is settled out of order is kept, merged, and committed once the gap closes", () => {
  const progress = new Progress(0);
  for (const offset of [3, 1, 7, 4]) progress.settle(offset);
  expect(progress.ranges).toEqual([
    [1, 2],
    [3, 5],
    [7, 8],
  ]);
  expect([0, 1, 5, 10].map((end) => progress.countOpen(end))).toEqual([0, 1, 2, 6]);
  progress.settle(2);
  expect(progress.ranges).toEqual([
    [1, 5],
    [7, 8],
  ]);
  progress.settle(0);
  expect(told(progress)).toEqual({ committed: 5, ranges: [[7, 8]] });
});

test("goes on from what was kept", () => {
  const kept = new Progress(10, [
    [12, 14],
    [20, 21],
  ]);
  expect([9, 10, 11, 12, 13, 14, 20, 21].filter((offset) => kept.has(offset))).toEqual([
    9, 12, 13, 20,
  ]);
  kept.settle(11);
  kept.settle(10);
  expect(told(kept)).toEqual({ committed: 14, ranges: [[20, 21]] });
});

test("puts ranges right that touch, overlap or begin below what is committed", () => {
  const untidy = new Progress(10, [
    [4, 6],
    [8, 12],
    [12, 13],
    [15, 20],
    [16, 18],
    [20, 22],
    [30, 31],
  ]);
  expect(told(untidy)).toEqual({
    committed: 13,
    ranges: [
      [15, 22],
      [30, 31],
    ],
  });
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])("is what a set would be, seed %d", (seed) => {
  const random = randomFrom(seed);
  const size = 40 + random(300);
  const window = 1 + random(size);
  const settled = new Set<number>();
  let progress = new Progress(0);
  for (let step = 0; step < size * 3; step++) {
    const offset = Math.min(size - 1, Math.floor(step / 3) + random(window));
    progress.settle(offset);
    settled.add(offset);
    const expected = describeSet(settled, size);
    expect(told(progress)).toEqual(expected);
    const asked = random(size + 2);
    expect(progress.has(asked)).toBe(settled.has(asked));
    const open = Array.from({ length: asked }, (_, each) => each).filter(
      (each) => !settled.has(each),
    );
    expect(progress.countOpen(asked)).toBe(open.length);
    if (random(20) === 0) progress = new Progress(progress.committed, [...progress.ranges]);
  }
});

test("ranges are joined, however many there are", () => {
  const progress = new Progress(0);
  const count = 10_000;
  for (let offset = 1; offset < count; offset += 2) progress.settle(offset);
  expect(progress.ranges).toHaveLength(count / 2);
  for (let offset = 0; offset < count; offset += 2) progress.settle(offset);
  expect(told(progress)).toEqual({ committed: count, ranges: [] });
});
