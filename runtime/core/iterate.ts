/**
 * Walking a table: key 0, array, fields, hash, each in insertion order (manual 5.1, `next`). Key 0
 * lies in the hash, but comes first because it does so in LuaJIT and Lua 5.1 for lists that begin at
 * 0, and libraries count on that. Entries may be changed and removed on the way; what happens to
 * entries added on the way is undefined, as in Lua, but nothing breaks.
 */
import { ALARM, alarm, checkpoint } from "./budget.ts";
import { elementAt } from "./elementAt.ts";
import { fault } from "./error.ts";
import type { FieldsObject } from "./fields.ts";
import type { LuaTable } from "./table.ts";
import type { LuaValue } from "./value.ts";

/** A walk looks at the alarm every so many steps: the loop around it does not. */
const CHECK_MASK = 0xff;

/** One walk through a table, for `pairs` loops. */
export class TableIterator {
  key: LuaValue = undefined;
  value: LuaValue = undefined;
  private readonly table: LuaTable;
  /** Position in the array, then in the names, then in the slots of the hash; -1 before key 0. */
  private position: number;
  private names: readonly string[] | undefined = undefined;
  /** When the names were listed: whether keys of the hash had become fields, as they do when others inherit them. */
  private wasParent = false;

  constructor(table: LuaTable) {
    this.table = table;
    this.position = table.hash === undefined ? 0 : -1;
  }

  /** Goes to the next entry: sets `key` and `value`. False at the end. */
  advance(): boolean {
    if (this.names === undefined) {
      const { array, hash } = this.table;
      if (this.position < 0) {
        this.position = 0;
        const value = hash?.get(0);
        if (value !== undefined) return this.show(0, value);
      }
      while (this.position < array.length) {
        const value = elementAt(array, this.position++);
        if (value !== undefined) return this.show(this.position, value);
      }
      this.names = Object.keys(this.table.fields);
      this.wasParent = this.table.heritage?.isParent === true;
      this.position = 0;
    }
    return this.advanceName(this.names);
  }

  private advanceName(names: readonly string[]): boolean {
    while (this.position < names.length) {
      const name = names[this.position++] as string;
      const value = this.table.fields[name];
      if (value !== undefined) return this.show(name, value);
    }
    return this.advanceHash(names.length);
  }

  /** In the hash, `position` counts on from the number of names. */
  private advanceHash(nameCount: number): boolean {
    const { hash } = this.table;
    if (hash === undefined) return false;
    while (this.position - nameCount < hash.slotCount) {
      const slot = this.position++ - nameCount;
      const value = hash.valueAt(slot);
      const key = hash.keyAt(slot);
      if (value !== undefined && key !== 0) return this.show(key, value);
      const moved = this.movedValue(key);
      if (moved !== undefined) return this.show(key, moved);
    }
    return false;
  }

  /** The value of a key that was in the hash when the walk began, and has become a field meanwhile. */
  private movedValue(key: LuaValue): LuaValue {
    const { table } = this;
    if (this.wasParent || typeof key !== "string" || table.heritage?.isParent !== true) return;
    return Object.hasOwn(table.fields, key) ? table.fields[key] : undefined;
  }

  private show(key: LuaValue, value: LuaValue): true {
    if ((this.position & CHECK_MASK) === CHECK_MASK && alarm[ALARM.raised] !== 0) checkpoint();
    this.key = key;
    this.value = value;
    return true;
  }
}

/** One walk along the elements 1, 2, ... up to the first nil, for `ipairs` loops. Raw, as in LuaJIT. */
export class ArrayIterator {
  key = 0;
  value: LuaValue = undefined;
  private readonly table: LuaTable;

  constructor(table: LuaTable) {
    this.table = table;
  }

  /** Goes to the next element: sets `key` and `value`. False at the end. */
  advance(): boolean {
    if ((this.key & CHECK_MASK) === CHECK_MASK && alarm[ALARM.raised] !== 0) checkpoint();
    const { array } = this.table;
    // Not `elementAt`: with that V8 makes this object, which it can do without (measured on the benchmark `records`: a
    // third of its time). Lists of floats may become lists of anything here, if others come by, too.
    const value = this.key < array.length ? array[this.key] : this.behind();
    if (value === undefined) return false;
    this.key++;
    this.value = value;
    return true;
  }

  /** The element behind those of the array part. */
  private behind(): LuaValue {
    return this.table.hash?.get(this.key + 1);
  }
}

/**
 * The entry after a key, or the first one for nil. `undefined` at the end.
 *
 * @throws LuaError "invalid key to 'next'"
 */
export function nextEntry(table: LuaTable, key: LuaValue): [LuaValue, LuaValue] | undefined {
  const { array, fields, hash } = table;
  if (key === undefined) return firstEntry(table);
  if (typeof key === "number" && Number.isInteger(key) && key >= 1 && key <= array.length) {
    return arrayEntry(table, key);
  }
  if (typeof key === "string" && Object.hasOwn(fields, key)) {
    return fieldEntry(table, placeOfName(fields, key) + 1);
  }
  const slot = hash?.slotOf(key);
  if (slot !== undefined) return key === 0 ? arrayEntry(table, 0) : hashEntry(table, slot + 1);
  // LuaJIT's array part has a place for it.
  if (array.length > 0 && key === 0) return arrayEntry(table, 0);
  if (typeof key === "number" && key > array.length && walkEnds.get(table) === key) {
    return fieldEntry(table, 0);
  }
  return fault.message("invalid key to 'next'");
}

function firstEntry(table: LuaTable): [LuaValue, LuaValue] | undefined {
  const zeroth = table.hash?.get(0);
  return zeroth === undefined ? arrayEntry(table, 0) : [0, zeroth];
}

/**
 * The last array key that `next` returned, by table: an array shrinks when its last element is
 * removed, and the walk must then go on from a key behind it.
 */
const walkEnds = new WeakMap<LuaTable, number>();

function arrayEntry(table: LuaTable, start: number): [LuaValue, LuaValue] | undefined {
  const { array } = table;
  for (let index = start; index < array.length; index++) {
    const value = elementAt(array, index);
    if (value === undefined) continue;
    if (index === array.length - 1) walkEnds.set(table, array.length);
    return [index + 1, value];
  }
  return fieldEntry(table, 0);
}

function fieldEntry(table: LuaTable, start: number): [LuaValue, LuaValue] | undefined {
  if (start === 0) recent.fields = undefined;
  const names = namesOf(table.fields);
  for (let place = start; place < names.length; place++) {
    const name = names[place] as string;
    const value = table.fields[name];
    if (value !== undefined) return [name, value];
  }
  return hashEntry(table, 0);
}

function hashEntry(table: LuaTable, start: number): [LuaValue, LuaValue] | undefined {
  const { hash } = table;
  if (hash === undefined) return undefined;
  for (let slot = start; slot < hash.slotCount; slot++) {
    const value = hash.valueAt(slot);
    const key = hash.keyAt(slot);
    if (value !== undefined && key !== 0) return [key, value];
  }
  return undefined;
}

/**
 * The walk most recently stepped by `next`, so that stepping through n fields does not list them n
 * times. A guess that is checked, never relied on.
 */
const recent = { fields: undefined as FieldsObject | undefined, names: [] as string[], place: 0 };

function namesOf(fields: FieldsObject): readonly string[] {
  if (recent.fields !== fields) {
    recent.fields = fields;
    recent.names = Object.keys(fields);
    recent.place = 0;
  }
  return recent.names;
}

function placeOfName(fields: FieldsObject, name: string): number {
  let names = namesOf(fields);
  if (names[recent.place + 1] === name) recent.place++;
  else if (names[recent.place] !== name) {
    recent.place = names.indexOf(name);
    if (recent.place < 0) {
      recent.fields = undefined;
      names = namesOf(fields);
      recent.place = names.indexOf(name);
    }
  }
  return recent.place;
}
