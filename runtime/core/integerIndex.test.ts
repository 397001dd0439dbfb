/** The hash part with integer keys of all sizes, beside a Map that is given the same. */
import { OrderedHash } from "./hash.ts";
import type { LuaValue } from "./value.ts";

/** A generator of whole numbers below a limit (Lehmer's). */
function randomFrom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 48271) % 2147483647;
    return state % limit;
  };
}

const KINDS: readonly ((n: number) => LuaValue)[] = [
  (n) => n,
  (n) => -n,
  (n) => n * 4096,
  (n) => n * 2 ** 20,
  (n) => 2147483647 - n,
  (n) => -2147483648 + n,
  (n) => n + 0.5,
  (n) => 2 ** 40 + n,
  (n) => `key ${String(n)}`,
  (n) => n % 2 === 0,
];

test.each(Array.from({ length: 40 }, (_, index) => index + 1))("seed %d", (seed) => {
  const random = randomFrom(seed);
  const hash = new OrderedHash();
  const model = new Map<LuaValue, LuaValue>();
  const kinds = KINDS.filter(() => random(2) === 0).concat(KINDS[0] ?? []);
  const range = [1, 2, 4, 12, 100, 3000][random(6)] ?? 4;
  for (let step = 0; step < 4000; step++) {
    const key = (kinds[random(kinds.length)] as (n: number) => LuaValue)(random(range));
    if (random(3) === 0) {
      hash.delete(key);
      model.delete(key);
    } else {
      hash.set(key, step);
      model.set(key, step);
    }
    const probed = (kinds[random(kinds.length)] as (n: number) => LuaValue)(random(range));
    if (hash.get(probed) !== model.get(probed)) expect(hash.get(probed)).toBe(model.get(probed));
    if (step % 500 === 0) {
      expect(hash.size).toBe(model.size);
      expect(new Map(hash.entries())).toEqual(model);
    }
  }
});

/** Keys that begin as a progression, which has no index, and do not go on so: something of `others` comes at some place. */
test.each(
  [1, 3, 10, 4096, -1, -7, 2 ** 20].flatMap((step) =>
    [9, 10, 50, 84, 85, 86, 87, 600].map((length) => [step, length] as const),
  ),
)("%d apart, up to the %dth", (step, length) => {
  const others: LuaValue[] = [5, 1_000_003, 2 ** 40, 1.5, "text", -2147483648, true, 2147483647];
  const random = randomFrom(length + Math.abs(step));
  for (const other of others) {
    const hash = new OrderedHash();
    const model = new Map<LuaValue, LuaValue>();
    const set = (key: LuaValue, value: LuaValue): void => {
      hash.set(key, value);
      model.set(key, value);
    };
    const check = (): void => {
      for (const key of [...model.keys(), ...others, 999, -1]) {
        if (hash.get(key) !== model.get(key))
          expect([key, hash.get(key)]).toEqual([key, model.get(key)]);
      }
      expect(hash.size).toBe(model.size);
      expect(new Map(hash.entries())).toEqual(model);
    };
    const keyOf = (index: number): number => 70_000 + index * step;
    for (let index = 0; index < length; index++) set(keyOf(index), index);
    check();
    for (let index = 0; index < length; index += 1 + random(3)) {
      hash.delete(keyOf(index));
      model.delete(keyOf(index));
    }
    check();
    set(keyOf(1), "again");
    set(other, "other");
    for (let index = length; index < length + 100; index++) set(keyOf(index), index);
    check();
    for (const key of [...model.keys()].filter((_, index) => index % 4 > 0)) {
      hash.delete(key);
      model.delete(key);
    }
    // Which makes it drop the slots of what was removed.
    for (let index = 0; index < length; index++) set(keyOf(index + 1000), index);
    check();
  }
});

test("a walk goes on from a key that was just removed", () => {
  const hash = new OrderedHash();
  for (let key = 1; key <= 20; key++) hash.set(key * 1000, key);
  const met: LuaValue[] = [];
  let slot = 0;
  while (slot < hash.slotCount) {
    const key = hash.keyAt(slot);
    met.push(key);
    hash.delete(key);
    slot = (hash.slotOf(key) ?? Infinity) + 1;
  }
  expect(met).toHaveLength(20);
  expect(hash.size).toBe(0);
});
