/** Reading, writing and building tables. */
import { getIndex, newindexOf, rawSet, setIndex as setIndexOf } from "../core/access.ts";
import { callMetamethod, type Pending } from "../core/call.ts";
import { current } from "../core/current.ts";
import { refuse } from "../core/refuse.ts";
import { metamethod } from "../core/metatable.ts";
import { endAtBorder } from "../core/border.ts";
import { Fields, NO_FIELDS, type FieldsObject } from "../core/fields.ts";
import { CLAIMS, type OrderedHash } from "../core/hash.ts";
import { EVENT } from "../core/heritage.ts";
import { roomFor, slotsOf } from "../core/room.ts";
import { LuaTable, MIN_SPARSE_LENGTH, NO_ELEMENTS, NO_TABLE } from "../core/table.ts";
import type { LuaValue } from "../core/value.ts";

/**
 * Reads `object[key]`, following `__index`. A number is not looked for in the array part, where emitted code has looked.
 *
 * @helper
 * @effects metamethods
 * @manual 2.8
 * @throws LuaError "attempt to index a nil value"
 */
export function index(object: LuaValue, key: LuaValue): LuaValue | Pending {
  if (object instanceof LuaTable) {
    const value = typeof key === "string" ? object.getString(key) : object.hash?.get(key);
    if (value !== undefined || object.metatable === undefined) return value;
  }
  return getIndex(object, key);
}

/**
 * `index` for a key that is a constant string of the program, and was not found among the fields.
 *
 * @helper
 * @effects metamethods
 * @manual 2.8
 * @throws LuaError "attempt to index a nil value"
 */
export function field(object: LuaValue, key: string): LuaValue | Pending {
  if (object instanceof LuaTable) {
    const { metatable } = object;
    if (metatable !== undefined) {
      // Emitted code has looked at what it inherits.
      const isNowhere =
        object.hash === undefined &&
        object.inherited !== NO_FIELDS &&
        metatable.heritage?.showsAll === true;
      return isNowhere ? undefined : getIndex(object, key);
    }
    // Nowhere else it could be. Looking it up by its name would cost ten times as much.
    return object.hash === undefined ? undefined : object.hash.get(key);
  }
  const method = typeof object === "string" ? current.state.stringFields[key] : undefined;
  return method ?? getIndex(object, key);
}

/**
 * What strings inherit in the state that loads a module, now and later.
 *
 * @helper
 * @effects none
 */
export function stringFields(): FieldsObject {
  return current.state.stringFields;
}

/**
 * Stores `object[key] = value`, following `__newindex`.
 *
 * @helper
 * @effects metamethods
 * @manual 2.8
 * @throws LuaError "attempt to index a nil value", "table index is nil", "table index is NaN"
 */
export function setIndex(object: LuaValue, key: LuaValue, value: LuaValue): undefined | Pending {
  if (object instanceof LuaTable && object.metatable === undefined) {
    // Behind the last element of a list.
    if (
      typeof key === "number" &&
      key - 1 === object.array.length &&
      object.hash === undefined &&
      value !== undefined
    ) {
      object.add(value);
    } else if (typeof key === "string") object.setString(key, value);
    else if (typeof key === "number" && key === key) object.setNumber(key, value);
    else rawSet(object, key, value);
    return undefined;
  }
  return setIndexOf(object, key, value);
}

/** Whether parts that it shares with others are to be replaced by its own. */
function isOwn(object: LuaTable): boolean {
  return object instanceof LuaTable && object !== NO_TABLE;
}

/**
 * Whether emitted code may add a field to an object, or remove one, by itself, where V8 has the change of the hidden class
 * at hand. If so, the object has fields of its own from now on.
 *
 * @param object Anything that has fields; userdata, threads and what stands for no table get no own ones.
 * @helper
 * @effects allocates
 */
export function canSetField(object: LuaTable): boolean {
  if (object.hash !== undefined || object.heritage !== undefined) return false;
  const { metatable } = object;
  if (metatable !== undefined && newindexOf(metatable) !== undefined) return false;
  if (object.fields === NO_FIELDS) {
    if (!isOwn(object)) return false;
    object.fields = new Fields();
  }
  return true;
}

/**
 * Whether emitted code may add an element to a list by itself, where V8 has the list's kind at hand: behind the last one, or in
 * place of a nil. If so, the table has an array part of its own from now on.
 *
 * @param object Anything that has an array part.
 * @param key Of no element that is there.
 * @helper
 * @effects allocates
 */
export function canAdd(object: LuaTable, key: number): boolean {
  const { metatable } = object;
  if (object.hash === undefined && (metatable === undefined || lacksNewindex(metatable))) {
    // Others are rare: the first element, and those of long lists that are looked at (`LuaTable.add`).
    const isUsual = key < MIN_SPARSE_LENGTH ? key > 1 : (key & (key - 1)) !== 0;
    if (isUsual && object.array.length === key - 1) return true;
  }
  return canAddWith(object, key);
}

/** Whether a metatable is known to have no `__newindex`. */
function lacksNewindex({ heritage }: LuaTable): boolean {
  return heritage !== undefined && heritage.handlers[EVENT.newindex] === undefined;
}

/** `canAdd` in all cases. V8 would rather not have them in each place that adds elements. */
function canAddWith(object: LuaTable, key: number): boolean {
  const { array, hash, metatable } = object;
  if (key <= array.length) return metatable === undefined || newindexOf(metatable) === undefined;
  if (array.length !== key - 1) return false;
  if (hash !== undefined && hasSayIn(hash, key)) return false;
  if (metatable !== undefined && newindexOf(metatable) !== undefined) return false;
  // Now and then it is looked at (`LuaTable.add`).
  if ((key & (key - 1)) === 0 && key >= MIN_SPARSE_LENGTH) return false;
  if (key === 1 && slotsOf(array) > 0) return false;
  if (array === NO_ELEMENTS) {
    if (!isOwn(object)) return false;
    object.array = [];
  }
  return true;
}

/** Whether more is to be done in a hash part when the list beside it gets an element. */
function hasSayIn({ leastIndex, claims, shape }: OrderedHash, key: number): boolean {
  return leastIndex <= key + 1 || claims !== CLAIMS.nothing || shape !== undefined;
}

/**
 * `setIndex` for a key that is a constant string of the program and no array index.
 *
 * @helper
 * @effects metamethods
 * @manual 2.8
 * @throws LuaError "attempt to index a nil value"
 */
export function setField(object: LuaValue, key: string, value: LuaValue): undefined | Pending {
  if (object instanceof LuaTable && object.metatable === undefined) {
    object.setConstant(key, value);
    return undefined;
  }
  return setIndexOf(object, key, value);
}

/**
 * Stores an entry of a table constructor.
 *
 * @helper
 * @effects none
 * @manual 2.5.7
 * @throws LuaError "table index is nil", "table index is NaN"
 */
export function initialize(table: LuaTable, key: LuaValue, value: LuaValue): void {
  rawSet(table, key, value);
}

/**
 * Stores positional entries of a table constructor behind the `offset` that came before them. Holes
 * keep their place; `finish` follows when all entries are stored.
 *
 * @helper
 * @effects none
 * @manual 2.5.7
 */
export function append(table: LuaTable, offset: number, values: readonly LuaValue[]): void {
  if (table.hash === undefined && table.array.length === offset) {
    for (const value of values) table.array.push(value);
    return;
  }
  // An explicit integer key came before: the later entry wins.
  values.forEach((value, index) => {
    table.setNumber(offset + index + 1, value);
  });
}

/**
 * Ends the construction of a table whose entries were appended: the array part ends at the border that
 * LuaJIT finds.
 *
 * @helper
 * @effects none
 * @manual 2.5.5, 2.5.7
 * @param slots Of LuaJIT's array part.
 * @param isGathered Whether the last entry gave all its values.
 */
export function finish(table: LuaTable, slots: number, isGathered: boolean): void {
  const { array } = table;
  if (!isGathered) endAtBorder(table, slots);
  else if (array.includes(undefined)) {
    endAtBorder(table, slotsOfGathered(array.length, slots));
  }
}

/**
 * The array part of a list that begins as nothing but nils.
 *
 * @helper
 * @effects none
 * @manual 2.5.5, 2.5.7
 * @param slots Of LuaJIT's array part.
 */
export function room(slots: number): LuaValue[] {
  return roomFor(slots, NO_ELEMENTS);
}

/**
 * A list that may have nils, with fields. Otherwise as `finish`.
 *
 * @helper
 * @effects none
 * @manual 2.5.5, 2.5.7
 */
export function list(
  fields: FieldsObject,
  array: LuaValue[],
  slots: number,
  isGathered: boolean,
): LuaTable {
  const table = new LuaTable(fields, array);
  finish(table, slots, isGathered);
  return table;
}

/** LuaJIT makes room for a list of values at the end of a constructor, and for one more. */
function slotsOfGathered(length: number, slots: number): number {
  return length + 1 > slots ? length + 2 : slots;
}

/**
 * `#operand`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.5
 * @throws LuaError "attempt to get length of a nil value"
 */
export function length(operand: LuaValue): LuaValue | Pending {
  if (typeof operand === "string") return operand.length;
  if (operand instanceof LuaTable) {
    if (operand.metatable === undefined || !current.state.isLua52Compatible) {
      return operand.length();
    }
    const handler = operand.metatable.getString("__len");
    // As for `-operand`, the handler gets it twice.
    return handler === undefined ? operand.length() : callMetamethod(handler, operand, operand);
  }
  const handler = metamethod(operand, "__len");
  if (handler === undefined) return refuse.length(operand);
  return callMetamethod(handler, operand, current.state.isLua52Compatible ? operand : undefined);
}
