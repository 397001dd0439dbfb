/**
 * Room in array parts for elements that come later.
 *
 * Tables whose constructor gave nothing but nils, such as `{nil, nil, nil, nil}`, as programs write to have room for what
 * comes later, in any order. LuaJIT's array part has that room: what is stored there is no entry of the hash, and `#`
 * looks for the end of the list in it.
 *
 * Such a table has one of a few array parts that are empty and tell the room. They are shared and never written to: who
 * adds the first element replaces them, as it does `NO_ELEMENTS`.
 */
import { elementAt } from "./elementAt.ts";
import type { LuaValue } from "./value.ts";

/** Lists with more slots are like others. */
const MAX_SLOTS = 65;

/** Room for one element at the end is what every list has. */
const MIN_SLOTS = 3;

/** By slots, the one of index 0 included. */
const rooms: LuaValue[][] = [];
/** The slots of each room. */
const slotsOfRooms = new Map<readonly LuaValue[], number>();

/** The empty array part with so many slots; `array`, which is empty, when there is none. */
export function roomFor(slots: number, array: LuaValue[]): LuaValue[] {
  if (slots < MIN_SLOTS || slots > MAX_SLOTS) return array;
  const known = rooms[slots];
  if (known !== undefined) return known;
  while (rooms.length <= slots) {
    const room: LuaValue[] = [];
    slotsOfRooms.set(room, rooms.length);
    rooms.push(room);
  }
  return rooms[slots] as LuaValue[];
}

/** The slots of an empty array part that tells its room; 0 of all others. */
export function slotsOf(array: readonly LuaValue[]): number {
  return rooms.length === 0 ? 0 : (slotsOfRooms.get(array) ?? 0);
}

/** Nils, copied for room: an array that grows from nothing would get room for 17. */
const NILS: undefined[] = [];

/** A new array part with a value behind so many nils, and room for more. */
export function elementsInRoom(slots: number, index: number, value: LuaValue): LuaValue[] {
  while (NILS.length < slots) NILS.push(undefined);
  const array: LuaValue[] = NILS.slice(0, slots - 1);
  while (array.length > index + 1) array.pop();
  array[index] = value;
  return array;
}

/** From this length on, lists that grow get room for as many elements again. Shorter ones gain nothing by it. */
export const MIN_DOUBLED_LENGTH = 65536;

/**
 * A copy of an array part with room for as many elements again, and one more. V8 gives half as many; each time all is
 * copied, to memory that nobody has used before (lists of a million numbers: 0.55 of the time, of 600,000 0.87).
 */
export function withDoubleRoom(array: LuaValue[]): LuaValue[] {
  const { length } = array;
  const first = elementAt(array, 0);
  const doubled = array.concat(array, [first, first]);
  // V8 keeps the room unless more than half of it would be left.
  doubled.length = length;
  return doubled;
}

/** A list of two with room for four: V8 gives lists that grow by themselves room for 17. */
export function pairInRoom<Item>(first: Item, second: Item): Item[] {
  const list = [first, second, second, second];
  list.pop();
  list.pop();
  return list;
}
