/**
 * The part of a table that holds string keys which occur as constants in some program: a separate
 * object without a prototype, so that V8 gives `table.fields.x` a hidden class and an inline cache.
 *
 * Invariants:
 * - A field whose value is `undefined` is absent (a removed key keeps its place).
 * - A canonical array index ("0", "42") is never a field: V8 would keep it apart and out of order.
 * - `__mode` and `__gc` are never fields (metatableRole.ts).
 * - Keys such as `__proto__` and `constructor` are ordinary: nothing is inherited but what a table that
 *   others inherit from inherits itself (inheritance.ts).
 */
import type { LuaValue } from "./value.ts";

/** An object made by `Fields` or by a record constructor. */
export type FieldsObject = Record<string, LuaValue>;

/** Makes the fields of a table literal: takes the values of its keys, in the order of the keys. */
export type RecordConstructor = new (...values: LuaValue[]) => FieldsObject;

/** The prototype of all fields: has no prototype itself, and no properties. */
const ROOT = Object.create(null) as object;

function EmptyFields(): void {
  // A constructor function rather than Object.create(null), which makes a slow dictionary object.
}
EmptyFields.prototype = ROOT;

/** Fields whose prototype is what they inherit: fields of other tables. */
export function fieldsBelow(prototype: FieldsObject): FieldsObject {
  return Object.create(prototype) as FieldsObject;
}

/**
 * A fields object with these fields, all of them field keys. V8 makes a dictionary of an object that gets more than 16
 * properties whose names are values, and optimized code reads no dictionary by itself; defined like this they may be any
 * number (`math.floor(x)`: 0.8 of the time of the loop around it).
 */
export function fieldsWith(...parts: readonly Readonly<Record<string, LuaValue>>[]): FieldsObject {
  const fields = new Fields();
  for (const values of parts) {
    for (const [key, value] of Object.entries(values)) {
      Object.defineProperty(fields, key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
  }
  return fields;
}

/** Ends, or changes, what fields inherit. @throws TypeError when they would inherit from themselves */
export function inheritFrom(fields: FieldsObject, prototype: FieldsObject | undefined): void {
  Object.setPrototypeOf(fields, prototype ?? ROOT);
}

/** Makes a fields object without fields. */
export const Fields = EmptyFields as unknown as new () => FieldsObject;

/**
 * V8 counts on as many properties as the first few objects of a constructor got. So that tables that grow field by field
 * have as much room as its own literals, and others waste none, these have four.
 */
for (let count = 0; count < 16; count++) {
  const fields = new Fields();
  for (const name of ["first", "second", "third", "fourth"]) fields[name] = true;
}

/**
 * The fields of every table that never had one. Never written to; not frozen, so that it shares its
 * hidden class with other objects without fields.
 */
export const NO_FIELDS: FieldsObject = new Fields();

/** Above this many names, further ones are not admitted as dynamic field keys. */
const MAX_FIELD_NAMES = 20_000;

/** Above this many lists, further ones are not shared: programs may make up code without end. */
const MAX_RECORD_CONSTRUCTORS = 20_000;

const fieldNames = new Set<string>();
const recordConstructors = new Map<string, RecordConstructor>();

/**
 * Says that programs use these strings as constant keys, so that dynamic uses share the place.
 *
 * @helper
 * @effects none
 */
export function declareFieldNames(names: readonly string[]): void {
  for (const name of names) {
    if (fieldNames.size >= MAX_FIELD_NAMES) return;
    if (!isArrayIndex(name) && !isWatchedKey(name)) fieldNames.add(name);
  }
}

/** Whether a string key may be a field, in whatever table. */
export function isFieldKey(key: string): boolean {
  return !isArrayIndex(key) && !isWatchedKey(key);
}

/** Whether a dynamic string key belongs to the fields rather than to the hash. */
export function isFieldName(key: string): boolean {
  return fieldNames.has(key);
}

/** Whether a change of an entry of this key must be seen (metatableRole.ts); such keys are in the hash. */
export function isWatchedKey(key: string): boolean {
  return key === "__mode" || key === "__gc";
}

/**
 * The one constructor for literals with this ordered list of keys. Tables built by different
 * modules with the same keys so share their hidden class.
 *
 * @helper
 * @effects none
 * @param keys The keys, in order, none an array index, each once.
 * @param constructor Used when the list is new: assigns its n-th argument to the n-th key.
 */
export function recordConstructor(
  keys: readonly string[],
  constructor: (this: FieldsObject, ...values: LuaValue[]) => void,
): RecordConstructor {
  const id = JSON.stringify(keys);
  const known = recordConstructors.get(id);
  if (known !== undefined) return known;
  constructor.prototype = ROOT;
  const made = constructor as unknown as RecordConstructor;
  if (recordConstructors.size < MAX_RECORD_CONSTRUCTORS) recordConstructors.set(id, made);
  declareFieldNames(keys);
  return made;
}

/** Whether a string is the canonical form of an array index (0 to 2^32 - 2). */
function isArrayIndex(key: string): boolean {
  const first = key.charCodeAt(0);
  if (!(first >= 48 && first <= 57) || key.length > 10) return false;
  const index = Number(key);
  return Number.isInteger(index) && index < 4_294_967_295 && String(index) === key;
}
