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

test("large keys and fractions stay in the hash; fields and other keys count as what is in LuaJIT's", () => {
  expect(filled(1, 3, 1000, 0.5).hash?.entries().length).toBe(3);
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
