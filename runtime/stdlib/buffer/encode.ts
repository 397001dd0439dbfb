/** Values to bytes (format.ts). Metamethods are not asked. */
import { ALARM, alarm, checkpoint } from "../../core/budget.ts";
import { TableIterator } from "../../core/iterate.ts";
import { typeOf } from "../../core/metatable.ts";
import { NULL } from "../../core/null.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaValue } from "../../core/value.ts";
import { callerError } from "../arguments.ts";
import type { Dictionaries } from "./dictionaries.ts";
import {
  ARRAY_FROM_0,
  ARRAY_FROM_1,
  HASH,
  MAX_DEPTH,
  MIDDLE_LIMIT,
  SMALL_LIMIT,
  TAG,
} from "./format.ts";

/**
 * The bytes of a value.
 *
 * @throws LuaError "cannot serialize 'function'", "too deep to serialize"
 */
export function encode(value: LuaValue, dictionaries: Dictionaries | undefined): string {
  return encodeValue(value, dictionaries, MAX_DEPTH);
}

function encodeValue(
  value: LuaValue,
  dictionaries: Dictionaries | undefined,
  depth: number,
): string {
  switch (typeof value) {
    case "string":
      return encodeSize(TAG.string + value.length) + value;
    case "number":
      return encodeNumber(value);
    case "boolean":
      return value ? TRUE : FALSE;
    case "undefined":
      return NIL;
    default:
      if (value instanceof LuaTable) return encodeTable(value, dictionaries, depth);
      if (value === NULL) return POINTER_NULL;
      return callerError(`cannot serialize '${typeOf(value)}'`);
  }
}

const NIL = String.fromCharCode(TAG.nil);
const FALSE = String.fromCharCode(TAG.false);
const TRUE = String.fromCharCode(TAG.true);
const NAN = `${String.fromCharCode(TAG.number)}\0\0\0\0\0\0\xf8\xff`;
const POINTER_NULL = String.fromCharCode(TAG.null);

/** Array slots and pairs of a table, and how many. */
function encodeTable(
  table: LuaTable,
  dictionaries: Dictionaries | undefined,
  depth: number,
): string {
  if (depth === 0) return callerError("too deep to serialize");
  if (alarm[ALARM.raised] !== 0) checkpoint();
  const { hash, metatable } = table;
  const length = slotLength(table);
  const zeroth = hash?.get(0);
  let slots = zeroth === undefined ? "" : encodeValue(zeroth, dictionaries, depth - 1);
  for (let luaIndex = 1; luaIndex <= length; luaIndex++) {
    slots += encodeValue(table.getNumber(luaIndex), dictionaries, depth - 1);
  }
  let pairs = "";
  let pairCount = 0;
  const walk = new TableIterator(table);
  while (walk.advance()) {
    const { key, value } = walk;
    if (typeof key === "number" && isSlot(key, length)) continue;
    pairs += encodeKey(key, dictionaries, depth - 1) + encodeValue(value, dictionaries, depth - 1);
    pairCount++;
  }
  const kindOfArray = zeroth === undefined ? ARRAY_FROM_1 : ARRAY_FROM_0;
  const hasSlots = slots !== "";
  const tag = TAG.table + (hasSlots ? kindOfArray : 0) + (pairCount > 0 ? HASH : 0);
  return (
    encodeMetatable(metatable, dictionaries) +
    String.fromCharCode(tag) +
    (hasSlots ? encodeSize(length + 1) : "") +
    (pairCount > 0 ? encodeSize(pairCount) : "") +
    slots +
    pairs
  );
}

/** The largest index in LuaJIT's array part: more than half of its slots are in use. */
function slotLength({ array, hash }: LuaTable): number {
  let [largest, count] = [array.length, array.length];
  const slotCount = hash?.slotCount ?? 0;
  for (let slot = 0; slot < slotCount; slot++) {
    const key = hash?.keyAt(slot);
    if (typeof key !== "number" || key < 1 || !Number.isInteger(key)) continue;
    if (hash?.valueAt(slot) === undefined) continue;
    largest = Math.max(largest, key);
    count++;
  }
  return 2 * count > largest ? largest : array.length;
}

function isSlot(key: number, length: number): boolean {
  return key >= 0 && key <= length && Number.isInteger(key);
}

function encodeKey(key: LuaValue, dictionaries: Dictionaries | undefined, depth: number): string {
  if (typeof key === "string") {
    const known = dictionaries?.keys?.numbers.get(key);
    if (known !== undefined) return String.fromCharCode(TAG.key) + encodeSize(known);
  }
  return encodeValue(key, dictionaries, depth);
}

function encodeMetatable(
  metatable: LuaTable | undefined,
  dictionaries: Dictionaries | undefined,
): string {
  if (metatable === undefined) return "";
  const known = dictionaries?.metatables?.numbers.get(metatable);
  return known === undefined ? "" : String.fromCharCode(TAG.metatable) + encodeSize(known);
}

const floats = new Float64Array(1);
const bytes = new Uint8Array(floats.buffer);

/** The bytes of a double; the machines that run Node are all little endian. */
function encodeNumber(value: number): string {
  // Of the many, the one that 0/0 gives on most machines.
  if (value !== value) return NAN;
  floats[0] = value;
  return String.fromCharCode(TAG.number, ...bytes);
}

function encodeSize(size: number): string {
  if (size < SMALL_LIMIT) return String.fromCharCode(size);
  if (size < MIDDLE_LIMIT) {
    const rest = size - SMALL_LIMIT;
    return String.fromCharCode(SMALL_LIMIT | (rest >> 8), rest & 255);
  }
  return String.fromCharCode(255, size & 255, (size >> 8) & 255, (size >> 16) & 255, size >>> 24);
}
