import { MIN_DOUBLED_LENGTH, withDoubleRoom } from "./room.ts";
import { LuaTable } from "./table.ts";
import type { LuaValue } from "./value.ts";

test.each<[string, (index: number) => LuaValue]>([
  ["small integers", (index) => index],
  ["floats", (index) => index / 3],
  ["strings", (index) => `s${String(index % 10)}`],
  ["all kinds", (index) => [index, index / 3, "s", false][index % 4]],
])("a long list of %s holds what was appended", (_name, valueAt) => {
  const table = new LuaTable();
  const length = 4 * MIN_DOUBLED_LENGTH + 3;
  for (let index = 0; index < length; index++) table.setNumber(index + 1, valueAt(index));
  expect(table.length()).toBe(length);
  for (let index = 0; index < length; index++) {
    if (table.getNumber(index + 1) !== valueAt(index)) throw new Error(`element ${String(index)}`);
  }
  expect(table.getNumber(length + 1)).toBeUndefined();
});

test("room is no element, and what was there stays where it was", () => {
  const list = ["a", undefined, "c"];
  const doubled = withDoubleRoom(list);
  expect(doubled).toStrictEqual(["a", undefined, "c"]);
  doubled.push("d");
  expect(doubled).toStrictEqual(["a", undefined, "c", "d"]);
  expect(list).toHaveLength(3);
});

test("nils inside a list outlive its growth", () => {
  const table = new LuaTable();
  for (let key = 1; key < MIN_DOUBLED_LENGTH; key++) table.setNumber(key, key);
  table.setNumber(5, undefined);
  for (let key = MIN_DOUBLED_LENGTH; key <= 2 * MIN_DOUBLED_LENGTH; key++)
    table.setNumber(key, key);
  expect(table.getNumber(5)).toBeUndefined();
  expect(table.getNumber(6)).toBe(6);
  expect(table.length()).toBe(2 * MIN_DOUBLED_LENGTH);
});
