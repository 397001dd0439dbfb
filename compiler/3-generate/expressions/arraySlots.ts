/**
 * How much room LuaJIT's array part has in a table that a constructor made. Where a list has nils,
 * `#` depends on it: what is behind the list counts as nil, and LuaJIT looks for a border by halving.
 *
 * A constructor with constants is copied from a template. That was filled one by one, and so has the
 * size that a table grows to: powers of two.
 */
import type { TableExpression } from "../../ast.ts";
import { isMultiple } from "../valueLists.ts";
import { constantOf } from "./constants.ts";

/** LuaJIT makes room for so much at least when it makes a list without a template. */
const MIN_SLOTS = 3;

/** The number of slots, the one of index 0 included, before a list of values at the end is stored. */
export function arraySlots({ entries }: TableExpression): number {
  const template = new Template();
  /** Slots for what came so far. */
  let slots = 1;
  let namedCount = 0;
  entries.forEach(({ key, value }, index) => {
    if (key === undefined) {
      const luaIndex = slots++;
      const isGathered = index === entries.length - 1 && isMultiple(value);
      const constant = isGathered ? undefined : constantOf(value, false);
      if (constant !== undefined) {
        template.add(luaIndex, constant.value !== undefined, slots, namedCount);
      }
    } else {
      namedCount++;
      if (key.type === "StringLiteral") template.addName(slots > 1 ? slots : 0, namedCount);
    }
  });
  if (slots === 1) return 0;
  return Math.max(template.slots ?? MIN_SLOTS, slots);
}

/** A table of LuaJIT, as far as its size is concerned, and if no two keys collide. */
class Template {
  slots: number | undefined = undefined;
  private readonly keys = new Set<number>();
  private nameCount = 0;
  /** Of the hash part. */
  private freeNodes = 0;

  /** Stores a value, or nil. The last two parameters are what a template begins with. */
  add(key: number, isValue: boolean, slots: number, namedCount: number): void {
    if (this.begin(slots, namedCount) <= key) {
      if (this.freeNodes > 0) this.freeNodes--;
      else this.rehash([...this.keys, key], this.nameCount);
    }
    if (isValue) this.keys.add(key);
  }

  /** Stores the value of a name. */
  addName(slots: number, namedCount: number): void {
    this.begin(slots, namedCount);
    if (this.freeNodes > 0) this.freeNodes--;
    else this.rehash([...this.keys], this.nameCount + 1);
    this.nameCount++;
  }

  private begin(slots: number, namedCount: number): number {
    if (this.slots === undefined) this.freeNodes = nodeCountFor(namedCount);
    return (this.slots ??= slots);
  }

  /** `rehashtab` of lj_tab.c: the largest power of two of which more than half would be in use. */
  private rehash(keys: readonly number[], nameCount: number): void {
    let [slots, inArray, countBefore] = [0, 0, 0];
    for (let size = 2; size < 4 * keys.length && countBefore < keys.length; size *= 2) {
      const count = keys.filter((key) => key <= size).length;
      if (count > countBefore && 4 * count > size) [slots, inArray] = [size + 1, count];
      countBefore = count;
    }
    this.slots = slots;
    const inHash = keys.length - inArray + nameCount;
    this.freeNodes = nodeCountFor(inHash) - inHash;
  }
}

function nodeCountFor(count: number): number {
  return count === 0 ? 0 : Math.max(2, 2 ** Math.ceil(Math.log2(count)));
}
