import { LuaTable } from "./table.ts";

function filled(...keys: number[]): LuaTable {
  const table = new LuaTable();
  for (const key of keys) table.setNumber(key, key);
  return table;
}

test.each([
  [[1, 3], 1],
  [[1, 3, 4], 4],
  [[1, 2, 4], 4],
  [[1, 2, 5], 2],
  [[2], 2],
  [[2, 6, 3], 6],
  [[4, 3, 2, 1], 4],
])("the border of %j is LuaJIT's", (keys, border) => {
  expect(filled(...keys).length()).toBe(border);
});

test("every entry is in one part, whichever way the border goes", () => {
  for (let seed = 1; seed < 300; seed++) {
    const table = new LuaTable();
    const keys = new Set<number>();
    for (let step = 0, value = seed; step < 24; step++) {
      value = (value * 1103515245 + 12345) % 2147483648;
      const key = (Math.floor(value / 65536) % 30) + 1;
      keys.add(key);
      table.setNumber(key, key);
      const inHash = table.hash?.entries().map(([each]) => each) ?? [];
      const inArray = table.array.flatMap((each) => (each === undefined ? [] : [each]));
      expect(new Set([...inArray, ...inHash])).toEqual(keys);
      expect(inArray.length + inHash.length).toBe(keys.size);
      expect(inHash).not.toContain(table.array.length + 1);
      if (table.array.length > 0) expect(table.array.at(-1)).toBeDefined();
    }
  }
});

test.each([40, 64, 65, 200])(
  "the length is a border whatever happens, with keys up to %d",
  (maxKey) => {
    for (let seed = 1; seed < 100; seed++) {
      const next = randomNumbers(seed);
      const table = new LuaTable();
      const expected = new Map<number, number>();
      for (let step = 0; step < 3 * maxKey; step++) {
        const key = next() % 16 === 0 ? -(next() % maxKey) : 1 + (next() % maxKey);
        const isRemoval = seed % 3 === 0 && next() % 8 === 0;
        table.setNumber(key, isRemoval ? undefined : step);
        if (isRemoval) expected.delete(key);
        else expected.set(key, step);
        const length = table.length();
        const isBorder = (length === 0 || expected.has(length)) && !expected.has(length + 1);
        if (!isBorder) throw new Error(`seed ${String(seed)}: ${String(length)} is no border`);
      }
      for (const [key, value] of expected) expect(table.getNumber(key)).toBe(value);
    }
  },
);

test("a list without nils has its length, in whichever order it was filled", () => {
  for (let seed = 1; seed < 100; seed++) {
    const next = randomNumbers(seed);
    const count = 1 + (next() % 200);
    const keys = Array.from({ length: count }, (_, index) => index + 1);
    for (let index = count - 1; index > 0; index--) {
      const other = next() % (index + 1);
      [keys[index], keys[other]] = [keys[other] ?? 0, keys[index] ?? 0];
    }
    expect(filled(...keys).length()).toBe(count);
  }
});

function randomNumbers(seed: number): () => number {
  let value = seed;
  return () => {
    value = (value * 1103515245 + 12345) % 2147483648;
    return Math.floor(value / 65536);
  };
}

test("large keys and fractions stay in the hash; fields and other keys count as what is in LuaJIT's", () => {
  expect(
    filled(1, 3, 1000, 0.5)
      .hash?.entries()
      .map(([key]) => key),
  ).toEqual([1000, 0.5]);
  const table = new LuaTable();
  table.setConstant("name", 1);
  for (const key of [1, 3, 4]) table.setNumber(key, key);
  expect(table.length()).toBe(4);
  const node = filled(1, 3, 4);
  node.setNumber(5, undefined);
  expect(node.length()).toBe(4);
  const opened = new LuaTable(undefined, [1, undefined, 3]);
  opened.setNumber(-1, 1);
  expect(opened.length()).toBe(1);
});
