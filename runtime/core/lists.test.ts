/** Integer keys in the orders in which programs store and remove them, beside a map that remembers nothing but entries. */
import { TableIterator } from "./iterate.ts";
import { LuaTable } from "./table.ts";
import type { LuaValue } from "./value.ts";

class Beside {
  readonly table = new LuaTable();
  private readonly model = new Map<LuaValue, LuaValue>();

  set(key: LuaValue, value: LuaValue): void {
    this.table.set(key, value);
    if (value === undefined) this.model.delete(key);
    else this.model.set(key, value);
  }

  check(): void {
    const { table, model } = this;
    const wrong: LuaValue[] = [];
    const seen = new Map<LuaValue, LuaValue>();
    for (const walk = new TableIterator(table); walk.advance();) {
      if (seen.has(walk.key)) wrong.push(walk.key);
      seen.set(walk.key, walk.value);
    }
    for (const [key, value] of model) {
      if (table.get(key) !== value || seen.get(key) !== value) wrong.push(key);
    }
    expect([wrong, seen.size]).toEqual([[], model.size]);
    const border = table.length();
    if (border > 0) expect(table.get(border)).toBeDefined();
    expect(table.get(border + 1)).toBeUndefined();
    expect(table.array.at(-1) === undefined).toBe(table.array.length === 0);
  }
}

test("a queue whose head is removed stays a dense array, wherever it is", () => {
  const queue = new Beside();
  for (let tail = 1, head = 1; tail <= 5000; tail++) {
    queue.set(tail, tail);
    if (tail % 7 !== 0) queue.set(head++, undefined);
    if (tail % 500 === 0) queue.check();
  }
  expect(queue.table.array.length).toBe(0);
  // Before its head, behind its tail, elsewhere, within, and the beginning of a list.
  for (const key of [900, 5100, 5001, 7.5, -3, 0, 4500, 1, 2]) {
    queue.set(key, "new");
    queue.check();
  }
  for (let key = 1; key <= 5200; key++) queue.set(key, undefined);
  queue.check();
  for (let key = 10; key <= 200; key++) queue.set(key, key);
  queue.check();
});

test("a queue is emptied and filled during a walk", () => {
  const table = new LuaTable();
  for (let key = 1; key <= 300; key++) table.set(key, key);
  for (let key = 1; key <= 280; key++) table.set(key, undefined);
  for (let key = 301; key <= 600; key++) table.set(key, key);
  const seen: LuaValue[] = [];
  for (const walk = new TableIterator(table); walk.advance();) {
    seen.push(walk.key);
    table.set(walk.key, undefined);
  }
  expect(seen).toEqual(Array.from({ length: 320 }, (_, index) => index + 281));
});

test.each([
  ["from 2 on", (n: number) => n + 2],
  ["downwards", (n: number) => 3000 - n],
  ["in strides", (n: number) => ((n * 7) % 3000) + 1],
  ["even ones first", (n: number) => (n < 1500 ? 2 * n + 2 : 2 * (n - 1500) + 1)],
  ["from 0 on", (n: number) => n],
  ["far apart", (n: number) => n * 1009],
])("a list that is filled %s", (_name, keyOf) => {
  const list = new Beside();
  for (let n = 0; n < 3000; n++) {
    list.set(keyOf(n), n);
    if ((n & (n - 1)) === 0) list.check();
  }
  list.check();
  for (let n = 0; n < 3000; n += 3) list.set(keyOf(n), undefined);
  list.check();
});

test("a list that was filled from its end is an array in the end", () => {
  const table = new LuaTable();
  for (let key = 4096; key >= 1; key--) table.set(key, key);
  expect(table.array.length).toBe(4096);
  expect(table.hash).toBeUndefined();
});

test("any order", () => {
  let state = 11;
  const random = (limit: number): number => (state = (state * 48271) % 2147483647) % limit;
  for (let round = 0; round < 30; round++) {
    const list = new Beside();
    const width = 50 + random(2000);
    for (let step = 0; step < 1500; step++) {
      list.set(random(width) - 2, random(4) === 0 ? undefined : step);
    }
    list.check();
  }
});
