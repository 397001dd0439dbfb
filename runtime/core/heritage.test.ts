/**
 * What emitted code reads past the metatable must be what the manual's way finds, whatever happened before: random changes
 * of a few tables that inherit from each other, after each of which all shortcuts are compared with the long way.
 */
import { getIndex, newindexOf } from "./access.ts";
import { makeEnvironment } from "./environment.ts";
import { declareFieldNames, NO_FIELDS } from "./fields.ts";
import { setMetatable } from "./metatableRole.ts";
import { LuaTable } from "./table.ts";
import type { LuaValue } from "./value.ts";

const CONSTANTS = ["a", "b", "c"];
const KEYS = [...CONSTANTS, "dynamic1", "dynamic2", "1"];
declareFieldNames([...CONSTANTS, "__index", "__newindex"]);

/** A generator of whole numbers below a limit (Lehmer's). */
function randomFrom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 48271) % 2147483647;
    return state % limit;
  };
}

/** By the manual; `undefined` too where the way ends in a circle or a function. */
function lookUp(table: LuaTable, key: string): { value: LuaValue; isCertain: boolean } {
  let holder: LuaValue = table;
  for (let hops = 0; hops < 100; hops++) {
    if (!(holder instanceof LuaTable)) return { value: undefined, isCertain: holder === undefined };
    const value = holder.get(key);
    if (value !== undefined) return { value, isCertain: true };
    holder = holder.metatable?.getString("__index");
  }
  return { value: undefined, isCertain: false };
}

function expectAgreement(table: LuaTable, key: string): void {
  const { value, isCertain } = lookUp(table, key);
  if (!CONSTANTS.includes(key)) return;
  const fast = table.fields[key] ?? table.inherited[key];
  if (fast !== undefined && fast !== value) expect(fast).toBe(value);
  const { metatable, hash, inherited } = table;
  const isNowhere = hash === undefined && inherited !== NO_FIELDS && fast === undefined;
  if (isNowhere && metatable?.heritage?.showsAll === true) {
    if (value !== undefined || !isCertain) expect([value, isCertain]).toEqual([undefined, true]);
  }
  // Emitted code overwrites what it reads among the fields.
  const isOwn = Object.hasOwn(table.fields, key);
  if (table.fields[key] !== undefined && !isOwn && metatable !== undefined) {
    if (newindexOf(metatable) !== undefined) expect(key).toBe("its own");
  }
}

function change(tables: readonly LuaTable[], random: (limit: number) => number): void {
  const any = (): LuaTable => tables[random(tables.length)] as LuaTable;
  const table = any();
  const key = KEYS[random(KEYS.length)] as string;
  switch (random(12)) {
    case 0:
      setMetatable(table, any());
      return;
    case 1:
      setMetatable(table, undefined);
      return;
    case 2:
      table.set("__index", any());
      return;
    case 3:
      table.set("__index", random(2) === 0 ? undefined : () => "computed");
      return;
    case 4:
      table.set("__newindex", random(3) === 0 ? () => undefined : undefined);
      return;
    case 5:
    case 6:
      table.set(key, undefined);
      return;
    case 7:
      if (random(40) === 0) table.set("__mode", "v");
      return;
    case 8:
      if (random(60) === 0) makeEnvironment(table);
      return;
    case 9:
      table.set(random(3), random(2) === 0 ? undefined : 1);
      return;
    default:
      table.set(key, random(1000));
  }
}

describe("shortcuts and the long way", () => {
  let linked = 0;

  test.each(Array.from({ length: 60 }, (_, index) => index + 1))("agree, seed %d", (seed) => {
    const random = randomFrom(seed);
    const tables = Array.from({ length: 5 }, () => new LuaTable());
    for (const table of tables.slice(1)) {
      setMetatable(table, tables[0]);
      table.set("__index", tables[0]);
    }
    for (let step = 0; step < 400; step++) {
      change(tables, random);
      for (const table of tables) {
        for (const key of KEYS) expectAgreement(table, key);
        const key = CONSTANTS[random(CONSTANTS.length)] as string;
        // Lookups make the links.
        if (lookUp(table, key).isCertain) for (let n = 0; n < 3; n++) getIndex(table, key);
        if (table.inherited !== NO_FIELDS) linked++;
      }
    }
  });

  test("are there to be compared", () => {
    expect(linked).toBeGreaterThan(1000);
  });
});

test("a metatable that is used a few times only makes no links", () => {
  const parent = new LuaTable();
  parent.set("a", 1);
  const child = new LuaTable();
  const metatable = new LuaTable();
  metatable.set("__index", parent);
  setMetatable(child, metatable);
  for (let lookup = 0; lookup < 5; lookup++) expect(getIndex(child, "a")).toBe(1);
  expect(child.inherited).toBe(NO_FIELDS);
  for (let lookup = 0; lookup < 5; lookup++) expect(getIndex(child, "a")).toBe(1);
  expect(child.inherited["a"]).toBe(1);
});

test("a dictionary that others inherit from is no parent for long", () => {
  const parent = new LuaTable();
  const child = new LuaTable();
  parent.set("__index", parent);
  parent.set("a", 1);
  setMetatable(child, parent);
  for (let lookup = 0; lookup < 20; lookup++) getIndex(child, "a");
  expect(child.inherited["a"]).toBe(1);
  for (let index = 0; index < 2000; index++) parent.set(`word${String(index)}`, index);
  expect(child.inherited["a"]).toBeUndefined();
  expect(getIndex(child, "a")).toBe(1);
  expect(getIndex(child, "word1999")).toBe(1999);
});
