/** Lists keep the kind of array that V8 gave them, whatever the runtime does with them once it is optimized. */
import { setFlagsFromString } from "node:v8";
import { runInThisContext } from "node:vm";
import { sortTable } from "../stdlib/table/sort.ts";
import { elementAt } from "./elementAt.ts";
import { TableIterator } from "./iterate.ts";
import { LuaTable } from "./table.ts";
import type { LuaValue } from "./value.ts";

interface Natives {
  readonly isOfFloats: (array: LuaValue[]) => boolean;
  readonly isOfSmallIntegers: (array: LuaValue[]) => boolean;
  readonly prepare: (run: unknown) => void;
  readonly optimizeNext: (run: unknown) => void;
}

setFlagsFromString("--allow-natives-syntax");
const natives = runInThisContext(`({
  isOfFloats: (array) => %HasDoubleElements(array),
  isOfSmallIntegers: (array) => %HasSmiElements(array),
  prepare: (run) => %PrepareFunctionForOptimization(run),
  optimizeNext: (run) => %OptimizeFunctionOnNextCall(run),
})`) as Natives;

/** Longer than what is looked at in another way. */
const LENGTH = 100;

/** A function for each kind: V8 remembers of each `[]` what became of its arrays. */
const makers = [
  (): LuaTable => {
    const floats: LuaValue[] = [];
    for (let index = 0; index < LENGTH; index++) floats.push(index + 0.5);
    return new LuaTable(undefined, floats);
  },
  (): LuaTable => {
    const integers: LuaValue[] = [];
    for (let index = 0; index < LENGTH; index++) integers.push(index);
    return new LuaTable(undefined, integers);
  },
  (): LuaTable => {
    const booleans: LuaValue[] = [];
    for (let index = 0; index < LENGTH; index++) booleans.push(index % 2 === 0);
    return new LuaTable(undefined, booleans);
  },
];

function makeTables(): [floats: LuaTable, integers: LuaTable, booleans: LuaTable] {
  return makers.map((make) => make()) as [LuaTable, LuaTable, LuaTable];
}

test.each<[string, (table: LuaTable) => unknown, object, string]>([
  ["elementAt", (table) => elementAt(table.array, 3), { elementAt }, "elementAt"],
  ["getNumber", (table) => table.getNumber(3), LuaTable.prototype, "getNumber"],
  ["pairs", (table) => advanceToEnd(new TableIterator(table)), TableIterator.prototype, "advance"],
  ["add", addMany, LuaTable.prototype, "add"],
])("%s", (_name, run, holder, name) => {
  const optimized: unknown = Reflect.get(holder, name);
  const tables = makeTables();
  natives.prepare(optimized);
  for (const table of tables) run(table);
  for (const table of tables) run(table);
  natives.optimizeNext(optimized);
  for (const table of tables) run(table);
  const [floats, integers] = tables;
  expect(natives.isOfFloats(floats.array)).toBe(true);
  expect(natives.isOfSmallIntegers(integers.array)).toBe(true);
});

test("sorting", () => {
  const [floats, integers, booleans] = makeTables();
  const after = (left: LuaValue, right: LuaValue): boolean => Number(left) > Number(right);
  for (let turn = 0; turn < 2000; turn++) {
    sortTable(booleans, after);
    sortTable(integers, undefined);
    sortTable(floats, undefined);
  }
  expect(natives.isOfFloats(floats.array)).toBe(true);
  expect(natives.isOfSmallIntegers(integers.array)).toBe(true);
});

function advanceToEnd(walk: { advance: () => boolean }): void {
  while (walk.advance());
}

function addMany(table: LuaTable): void {
  const [first] = table.array;
  for (let count = 0; count < LENGTH; count++) table.add(first);
}
