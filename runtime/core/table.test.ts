import { declareFieldNames } from "./fields.ts";
import { makeEnvironment, globalCell } from "./environment.ts";
import { nextEntry, TableIterator } from "./iterate.ts";
import { LuaTable } from "./table.ts";
import type { LuaValue } from "./value.ts";

declareFieldNames(["x", "y", "__proto__", "constructor"]);

function keysOf(table: LuaTable): LuaValue[] {
  const keys: LuaValue[] = [];
  for (const walk = new TableIterator(table); walk.advance();) keys.push(walk.key);
  return keys;
}

function keysByNext(table: LuaTable): LuaValue[] {
  const keys: LuaValue[] = [];
  for (let entry = nextEntry(table, undefined); entry; entry = nextEntry(table, entry[0])) {
    keys.push(entry[0]);
  }
  return keys;
}

describe("where a key lives", () => {
  test("integers from 1 on are elements, in any order of insertion", () => {
    const table = new LuaTable();
    for (const key of [3, 1, 2, 5]) table.set(key, key * 10);
    expect(table.array).toEqual([10, 20, 30, undefined, 50]);
    table.set(4, 40);
    expect(table.array).toEqual([10, 20, 30, 40, 50]);
    expect(table.length()).toBe(5);
  });

  test("the array part never ends in a hole", () => {
    const table = new LuaTable();
    for (let key = 1; key <= 4; key++) table.set(key, key);
    table.set(2, undefined);
    table.set(3, undefined);
    expect(table.length()).toBe(4);
    table.set(4, undefined);
    expect(table.array).toEqual([1]);
  });

  test("names used as constants are fields, others are not, and each key is in one place", () => {
    const table = new LuaTable();
    table.set("dynamic1", 1);
    declareFieldNames(["dynamic1", "dynamic2"]);
    table.setConstant("dynamic1", 2);
    table.set("dynamic2", 3);
    expect(table.get("dynamic1")).toBe(2);
    expect(Object.keys(table.fields)).toEqual(["dynamic2"]);
    expect(keysOf(table)).toEqual(["dynamic2", "dynamic1"]);
  });

  test("names with a meaning in JavaScript and array indices are ordinary keys", () => {
    const table = new LuaTable();
    for (const key of ["__proto__", "constructor", "1", "toString"]) {
      expect(table.get(key)).toBeUndefined();
      table.set(key, key);
      expect(table.get(key)).toBe(key);
    }
    expect(table.get(1)).toBeUndefined();
    expect(keysOf(table).sort()).toEqual(["1", "__proto__", "constructor", "toString"]);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  test("-0 and 0 are one key; fractions and negative numbers are in the hash", () => {
    const table = new LuaTable();
    for (const key of [-0, 0.5, -1, Infinity]) table.set(key, key);
    expect(table.get(0)).toBe(-0);
    expect([table.get(0.5), table.get(-1), table.get(Infinity)]).toEqual([0.5, -1, Infinity]);
    expect(table.length()).toBe(0);
  });
});

describe("walking", () => {
  test("goes through array, fields and hash in order of insertion", () => {
    const table = new LuaTable();
    for (const key of ["other", 2, "y", true, 1, "x"]) table.set(key, 1);
    expect(keysOf(table)).toEqual([1, 2, "y", "x", "other", true]);
    expect(keysByNext(table)).toEqual(keysOf(table));
  });

  test("survives the removal of every entry on the way", () => {
    const fill = (table: LuaTable): LuaTable => {
      for (const key of [1, 2, 3, "x", "y", "p", "q", 7.5]) table.set(key, 1);
      return table;
    };
    const walked = fill(new LuaTable());
    const seen: LuaValue[] = [];
    for (let entry = nextEntry(walked, undefined); entry; entry = nextEntry(walked, entry[0])) {
      seen.push(entry[0]);
      walked.set(entry[0], undefined);
    }
    expect(seen).toHaveLength(8);
    expect(keysOf(walked)).toEqual([]);
  });

  test("a queue does not grow with what has passed through it", () => {
    const queue = new LuaTable();
    for (let tail = 1; tail <= 100_000; tail++) {
      queue.set(tail, tail);
      if (tail > 10) queue.set(tail - 10, undefined);
    }
    expect(queue.array.length).toBeLessThan(1000);
    expect(keysOf(queue)).toHaveLength(10);
    expect(queue.get(100_000)).toBe(100_000);
  });
});

test("an environment shares its string keys with cells", () => {
  const table = new LuaTable();
  table.set("x", 1);
  table.set("before", 2);
  table.set(1, "one");
  makeEnvironment(table);
  const cell = globalCell(table, "x");
  expect(cell.v).toBe(1);
  cell.v = 5;
  expect(table.get("x")).toBe(5);
  table.set("x", 6);
  expect(cell.v).toBe(6);
  expect(globalCell(table, "missing").v).toBeUndefined();
  expect(keysOf(table)).toEqual([1, "x", "before"]);
});
