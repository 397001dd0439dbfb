/**
 * The Lua table (manual 2.2, 2.5.5), raw: no metamethods here.
 *
 * A key lives in exactly one of three parts, and `pairs` walks them in this order, after key 0:
 * - `array`: keys 1..n, 0-based. The last element is never `undefined`; a hole inside is.
 *   Key n + 1 is never in the hash.
 * - `fields`: string keys that programs use as constants (fields.ts).
 * - `hash`: everything else.
 *
 * Emitted code reads and overwrites `fields` and `array` directly (never adding or removing an
 * entry), so their meaning is part of the calling convention.
 *
 * With weak values the array part and the fields are empty, and everything is in the hash
 * (weakHash.ts). `__mode` and `__gc` are never fields, so that no change of them goes unseen.
 */
import { endAtBorder } from "./border.ts";
import { elementAt } from "./elementAt.ts";
import { Fields, isFieldKey, isFieldName, NO_FIELDS, type FieldsObject } from "./fields.ts";
import { growFromHash, MIN_FALLING } from "./growFromHash.ts";
import {
  borderOf,
  growList,
  hasNils,
  MAX_LIST_KEY,
  shapeOf,
  storeInArray,
  type ListShape,
} from "./growList.ts";
import { CLAIMS, MIN_DICTIONARY_SIZE, OrderedHash } from "./hash.ts";
import type { Heritage } from "./heritage.ts";
import { watchMetatable } from "./metatableRole.ts";
import { elementsInRoom, MIN_DOUBLED_LENGTH, slotsOf, withDoubleRoom } from "./room.ts";
import type { LuaValue } from "./value.ts";

/** The array part of every table that never had one. Never written to: `push` replaces it. */
export const NO_ELEMENTS: LuaValue[] = [];

/** By this what is laid out like a table, and is none, is told from a list of no elements. Never written to. */
export const NO_HASH = new OrderedHash();

/** So many nils may be left out at once where a long list goes on. */
const MAX_GAP = 4;

/** From this length on, an array that consists mostly of holes moves to the hash when it grows. */
export const MIN_SPARSE_LENGTH = 64;

export class LuaTable {
  declare fields: FieldsObject;
  declare array: LuaValue[];
  declare hash: OrderedHash | undefined;
  declare metatable: LuaTable | undefined;
  /** The fields that this table gets by `__index`, as far as they are known to be right (heritage.ts). */
  declare inherited: FieldsObject;
  /** Of a table that is a metatable, or that others inherit from. */
  declare heritage: Heritage | undefined;

  /**
   * @param fields Owned by the table from now on, or `NO_FIELDS`.
   * @param array Owned by the table from now on, or `NO_ELEMENTS`; its last element is not nil.
   */
  // Assigned here: V8 runs field initializers as a function of their own.
  constructor(fields: FieldsObject = NO_FIELDS, array: LuaValue[] = NO_ELEMENTS) {
    this.fields = fields;
    this.array = array;
    this.hash = undefined;
    this.metatable = undefined;
    this.inherited = NO_FIELDS;
    this.heritage = undefined;
  }

  get(key: LuaValue): LuaValue {
    if (typeof key === "string") return this.getString(key);
    if (typeof key === "number") return this.getNumber(key);
    return this.hash === undefined ? undefined : this.hash.get(key);
  }

  getString(key: string): LuaValue {
    // A key made by concatenation becomes an internal string of V8 when it is looked up in an object.
    if (this.fields !== NO_FIELDS) {
      const value = this.fields[key];
      // Fields that others inherit may inherit themselves.
      if (value !== undefined && (this.heritage === undefined || Object.hasOwn(this.fields, key))) {
        return value;
      }
    }
    return this.hash === undefined ? undefined : this.hash.get(key);
  }

  getNumber(key: number): LuaValue {
    const { array } = this;
    const value =
      key > 0 && key <= array.length && Number.isInteger(key) ? array.at(key - 1) : undefined;
    if (value !== undefined || this.hash === undefined) return value;
    return this.hash.get(key);
  }

  /** Stores a value; nil removes the entry. The key is neither nil nor NaN. */
  set(key: LuaValue, value: LuaValue): void {
    if (typeof key === "string") this.setString(key, value);
    else if (typeof key === "number") this.setNumber(key, value);
    else this.setHash(key, value);
  }

  setString(key: string, value: LuaValue): void {
    if (this.heritage !== undefined) {
      this.setHeritable(key, value, this.heritage);
    } else if (this.fields !== NO_FIELDS && this.fields[key] !== undefined) {
      this.fields[key] = value;
    } else if (value === undefined) {
      this.hash?.delete(key);
    } else if (this.hash !== undefined && this.fields === NO_FIELDS && this.hash.isDictionary) {
      if (key.length === 6 && key === "__mode") watchMetatable(this);
      this.hash.set(key, value);
    } else if (this.hash?.replace(key, value) !== true) {
      this.addString(key, value, isFieldName(key));
    }
  }

  /** `setString` for a key that a program names as a constant and that is no array index. */
  setConstant(key: string, value: LuaValue): void {
    if (this.hash !== undefined || this.heritage !== undefined) {
      this.setString(key, value);
    } else if (this.fields[key] !== undefined) {
      this.fields[key] = value;
    } else if (value !== undefined) {
      this.setField(key, value);
    }
  }

  /** Of a table that is a metatable, or that others inherit from. */
  private setHeritable(key: string, value: LuaValue, heritage: Heritage): void {
    if (this.fields[key] !== undefined) {
      this.fields[key] = value;
      if (value === undefined) heritage.removedField();
    } else if (value === undefined) {
      this.hash?.delete(key);
    } else {
      const isConstant = isFieldName(key);
      const isDynamic = !isConstant && heritage.isParent && isFieldKey(key);
      this.addString(key, value, isConstant || isDynamic);
      if (isDynamic) heritage.addedDynamicKey();
    }
    if (key.startsWith("__")) heritage.changed(key);
  }

  /** Adds an entry. @param isField Whether the key belongs to the fields, unless the hash claims it. */
  private addString(key: string, value: LuaValue, isField: boolean): void {
    if (isField && this.leavesToFields(key)) {
      this.setField(key, value);
      if (this.hash?.shape !== undefined) growList(this, this.hash, key);
    } else {
      if (key.length === 6 && key === "__mode") watchMetatable(this);
      this.setHash(key, value);
      this.inherited = NO_FIELDS;
    }
  }

  /** Whether a string key that is in no part yet may become a field. */
  private leavesToFields(key: string): boolean {
    const { hash } = this;
    // A dictionary, in which some word happens to be a name: it had to be looked up in two places.
    if (hash !== undefined && this.fields === NO_FIELDS && hash.size >= MIN_DICTIONARY_SIZE) {
      return this.heritage?.isParent === true;
    }
    return hash === undefined || (hash.claims === CLAIMS.nothing && hash.get(key) === undefined);
  }

  setNumber(key: number, value: LuaValue): void {
    const { array } = this;
    const index = key - 1;
    if (index >= 0 && index < array.length && Number.isInteger(index)) {
      if (value === undefined && index === array.length - 1) this.pop();
      else array[index] = value;
    } else if (index === array.length && value !== undefined && this.hash?.claims !== CLAIMS.all) {
      this.addNext(value);
    } else if (index > array.length && value !== undefined) {
      this.addAway(key, value);
    } else {
      this.setHash(key, value);
    }
  }

  /** Adds an entry whose key is greater than that of the next element. */
  private addAway(key: number, value: LuaValue): void {
    if (this.hash?.hasQueue === true && this.hash.addLast(key, value)) return;
    if (this.isNearEnd(key - 1)) this.addBehind(key - 1, value);
    else if (this.array.length === 0 && this.isInRoom(key)) this.addInRoom(key - 1, value);
    else if (this.hash?.shape !== undefined && this.isInShape(key, this.hash.shape)) {
      storeInArray(this, key, value);
      if (this.hash.leastIndex <= this.array.length + 1) this.adoptFromHash();
    } else this.addHash(this.hash ?? this.makeHash(), key, value);
  }

  /** Whether LuaJIT's array part has room for a key. */
  private isInShape(key: number, { size }: ListShape): boolean {
    return key <= size && Number.isInteger(key);
  }

  /** Adds an element behind the border. The value is not nil. */
  push(value: LuaValue): void {
    const { hash } = this;
    if (hash?.claims === CLAIMS.all) hash.set(hash.border() + 1, value);
    else if (hash?.shape !== undefined) this.setNumber(this.length() + 1, value);
    else this.addNext(value);
  }

  /** Adds an element behind the last one. */
  private addNext(value: LuaValue): void {
    this.add(value);
    const { hash } = this;
    if (hash === undefined) return;
    const key = this.array.length;
    if (hash.leastIndex <= key + 1) this.adoptFromHash();
    if (hash.shape !== undefined) growList(this, hash, key);
  }

  /** As `addNext`, for a table without a hash part. */
  add(value: LuaValue): void {
    if (this.array === NO_ELEMENTS) {
      this.array = [value];
      return;
    }
    if (this.array.length === 0 && slotsOf(this.array) > 0) {
      this.array = elementsInRoom(slotsOf(this.array), 0, value);
      return;
    }
    const length = this.array.length + 1;
    const isLookedAt = (length & (length - 1)) === 0 && length >= MIN_SPARSE_LENGTH;
    if (isLookedAt && length >= MIN_DOUBLED_LENGTH) this.replaceArray(withDoubleRoom(this.array));
    this.array.push(value);
    if (isLookedAt) this.leaveIfSparse();
  }

  /**
   * Gives the table another array part. Emitted code may know the former one (compiler/3-generate/views.ts), and must find
   * nothing in it.
   */
  replaceArray(array: LuaValue[]): void {
    const former = this.array;
    this.array = array;
    if (former.length > 0) former.length = 0;
  }

  /** Whether the array part of a long list may as well have nils up to an index. */
  private isNearEnd(index: number): boolean {
    const { array, hash } = this;
    if (array.length < MIN_SPARSE_LENGTH || index - array.length > MAX_GAP) return false;
    if (!Number.isInteger(index)) return false;
    return hash === undefined || (hash.claims === CLAIMS.nothing && !hash.mayHoldIndices);
  }

  private addBehind(index: number, value: LuaValue): void {
    const { array } = this;
    const { length } = array;
    while (array.length < index) array.push(undefined);
    array.push(value);
    if (Math.clz32(length) !== Math.clz32(array.length)) this.leaveIfSparse();
  }

  /** Whether the constructor left room for a key, in a table that has had no element. */
  private isInRoom(key: number): boolean {
    return key < slotsOf(this.array) && Number.isInteger(key) && this.hash === undefined;
  }

  private addInRoom(index: number, value: LuaValue): void {
    const slots = slotsOf(this.array);
    this.array = elementsInRoom(slots, index, value);
    endAtBorder(this, slots);
  }

  /** A border (manual 2.5.5). */
  length(): number {
    const { length } = this.array;
    const { hash } = this;
    if (hash === undefined) return length;
    if (hash.shape !== undefined && length <= MAX_LIST_KEY) return borderOf(this, hash, hash.shape);
    return length === 0 ? hash.border() : length;
  }

  private setField(key: string, value: LuaValue): void {
    if (this.fields === NO_FIELDS) this.fields = new Fields();
    this.fields[key] = value;
  }

  private setHash(key: LuaValue, value: LuaValue): void {
    if (value === undefined) {
      this.hash?.delete(key);
      return;
    }
    const hash = this.hash ?? this.makeHash();
    if (hash.shape === undefined) hash.set(key, value);
    else this.addHash(hash, key, value);
  }

  private makeHash(): OrderedHash {
    const hash = new OrderedHash();
    this.hash = hash;
    if (this.array !== NO_ELEMENTS && hasNils(this.array)) {
      hash.shape = shapeOf(this, this.array.length);
    }
    return hash;
  }

  /** Stores an entry that may change where the list ends. */
  private addHash(hash: OrderedHash, key: LuaValue, value: LuaValue): void {
    const { size, numberCount } = hash;
    hash.set(key, value);
    if (hash.size === size || hash.claims !== CLAIMS.nothing) return;
    growList(this, hash, key);
    if (hash.numberCount !== numberCount && this.isLookedAt(hash.numberCount)) {
      growFromHash(this, hash);
      this.adoptFromHash();
    }
  }

  /** Whether a list is to be looked for among so many numbers of the hash: each time they have doubled. */
  private isLookedAt(count: number): boolean {
    if (count < MIN_FALLING || (count & (count - 1)) !== 0) return false;
    return count < MIN_SPARSE_LENGTH ? this.array.length === 0 : count >= this.array.length >> 2;
  }

  /** Removes the last element and the holes before it. */
  private pop(): void {
    const { array } = this;
    do array.pop();
    while (array.length > 0 && elementAt(array, array.length - 1) === undefined);
  }

  /** Moves keys that now follow the array part out of the hash. */
  private adoptFromHash(): void {
    const { hash, array } = this;
    if (hash === undefined) return;
    for (;;) {
      const key = array.length + 1;
      const value = hash.get(key);
      if (value === undefined) {
        hash.missedIndex(key);
        break;
      }
      hash.delete(key);
      array.push(value);
    }
    if (hash.size === 0 && hash.isPlain && array.length > MIN_SPARSE_LENGTH) this.hash = undefined;
  }

  /**
   * Moves the array part to the hash when three quarters of it are holes in a queue whose head was
   * consumed, or seven eighths anywhere. Only an insertion may do so: a walk never sees entries change their place.
   */
  private leaveIfSparse(): void {
    const { array } = this;
    if (!seemsSparse(array)) return;
    let live = 0;
    for (let index = 0; index < array.length; index++) {
      if (elementAt(array, index) !== undefined) live++;
    }
    const first = array.findIndex((value) => value !== undefined);
    if (live > (first >= array.length >> 1 ? array.length >> 2 : array.length >> 3)) return;
    const hash = (this.hash ??= new OrderedHash());
    const isShort = array.length - first <= 2 * live;
    const isQueue = isShort && hash.takeQueue(first, array.slice(first), live);
    for (let index = 0; index < array.length && !isQueue; index++) {
      const value = elementAt(array, index);
      if (value !== undefined) hash.set(index + 1, value);
    }
    this.replaceArray(NO_ELEMENTS);
    if (!isQueue) this.adoptFromHash();
  }
}

/** What emitted code reads where a value is no table (compiler/3-generate/views.ts). Never written to. */
export const NO_TABLE = new LuaTable();
NO_TABLE.hash = NO_HASH;

/** Whether some elements here and there are nil. Looking at all takes time for long lists. */
function seemsSparse(array: readonly LuaValue[]): boolean {
  let holes = 0;
  for (let eighth = 0; eighth < 8; eighth++) {
    if (elementAt(array, (array.length >> 3) * eighth) === undefined) holes++;
  }
  return holes >= 4;
}
