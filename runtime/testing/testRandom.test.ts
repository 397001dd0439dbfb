import { TestRandom } from "./testRandom.ts";

let random: TestRandom;

beforeEach(() => {
  random = new TestRandom((sizeBytes) => "m".repeat(sizeBytes));
});

test("it is that of the machine, before a seed and after a reset", () => {
  expect(random.bytes(3)).toBe("mmm");
  random.seed(1);
  expect(random.bytes(3)).not.toBe("mmm");
  random.reset();
  expect(random.bytes(3)).toBe("mmm");
});

test("the same number gives the same bytes, any other one others", () => {
  const sequence = (seed: number): string => {
    random.seed(seed);
    return random.bytes(5) + random.bytes(12);
  };
  expect(sequence(42)).toBe(sequence(42));
  const seeds = [0, 1, 2, 42, 0.1, 0.2, -1, 1e300, 2 ** 32, 2 ** 40];
  expect(new Set(seeds.map(sequence)).size).toBe(seeds.length);
});

test("bytes go on, and all of them come up", () => {
  random.seed(7);
  expect(random.bytes(16)).not.toBe(random.bytes(16));
  const bytes = random.bytes(100_000);
  expect(bytes).toHaveLength(100_000);
  const counts = new Array<number>(256).fill(0);
  for (let index = 0; index < bytes.length; index++) {
    counts[bytes.charCodeAt(index)] = (counts[bytes.charCodeAt(index)] ?? 0) + 1;
  }
  // 391 each on average; six standard deviations are 118.
  expect(Math.min(...counts)).toBeGreaterThan(270);
  expect(Math.max(...counts)).toBeLessThan(510);
});
