/** Bytes to values (format.ts). Whatever the bytes are, there is a value or an error in LuaJIT's words. */
import { rawSet } from "../../core/access.ts";
import { ALARM, alarm, checkpoint } from "../../core/budget.ts";
import { NULL } from "../../core/null.ts";
import { endAtBorder } from "../../core/border.ts";
import { setMetatable } from "../../core/metatableRole.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaValue } from "../../core/value.ts";
import { callerError } from "../arguments.ts";
import type { Dictionaries } from "./dictionaries.ts";
import { ARRAY_FROM_1, HASH, MAX_DEPTH, SMALL_LIMIT, TAG } from "./format.ts";

/** More array slots or pairs than this LuaJIT refuses to make room for. */
const MAX_SLOTS = 2 ** 27;
const MAX_PAIRS = 2 ** 26;

/**
 * Reads one value.
 *
 * @param dictionaries Those that it was encoded with.
 */
export class Decoder {
  /** Where the next value begins. */
  offset = 0;
  private readonly bytes: string;
  private readonly dictionaries: Dictionaries | undefined;

  constructor(bytes: string, dictionaries: Dictionaries | undefined) {
    this.bytes = bytes;
    this.dictionaries = dictionaries;
  }

  /** @throws LuaError "unexpected end of buffer", "cannot deserialize tag 0x10", ... */
  read(depth = MAX_DEPTH): LuaValue {
    const tag = this.size();
    if (tag >= TAG.string) return this.take(tag - TAG.string);
    switch (tag) {
      case TAG.nil:
        return undefined;
      case TAG.false:
        return false;
      case TAG.true:
        return true;
      case TAG.null:
        return NULL;
      case TAG.integer:
        return this.integer() | 0;
      case TAG.number:
        return this.number();
      case TAG.key:
        return entryOf(this.dictionaries?.keys?.entries, this.size());
      case TAG.metatable: {
        const metatable = entryOf(this.dictionaries?.metatables?.entries, this.size());
        const tableTag = this.size();
        if (tableTag < TAG.table || tableTag >= TAG.metatable) return badTag(tableTag);
        return this.table(tableTag - TAG.table, depth, metatable);
      }
      default:
        return tag >= TAG.table && tag < TAG.metatable
          ? this.table(tag - TAG.table, depth, undefined)
          : badTag(tag);
    }
  }

  /** @param kind What is behind the tag: `HASH` and the kinds of arrays. */
  private table(kind: number, depth: number, metatable: LuaTable | undefined): LuaTable {
    if (depth === 0) return callerError("too deep to serialize");
    if (alarm[ALARM.raised] !== 0) checkpoint();
    const slotCount = kind >= 2 ? this.size() : 0;
    const pairCount = (kind & HASH) !== 0 ? this.size() : 0;
    if (slotCount > MAX_SLOTS || pairCount > MAX_PAIRS) return callerError("table overflow");
    const first = kind >= ARRAY_FROM_1 || slotCount === 0 ? undefined : this.read(depth - 1);
    const elements: LuaValue[] = [];
    for (let slot = 1; slot < slotCount; slot++) elements.push(this.read(depth - 1));
    const table = new LuaTable(undefined, elements);
    endAtBorder(table, slotCount);
    if (first !== undefined) table.setNumber(0, first);
    for (let pair = 0; pair < pairCount; pair++) {
      const key = this.read(depth - 1);
      if (key !== undefined && table.get(key) !== undefined) {
        return callerError("duplicate table key");
      }
      rawSet(table, key, this.read(depth - 1));
    }
    setMetatable(table, metatable);
    return table;
  }

  private take(length: number): string {
    const start = this.offset;
    if (length > this.bytes.length - start) return unexpectedEnd();
    this.offset = start + length;
    return this.bytes.slice(start, this.offset);
  }

  private byte(): number {
    const byte = this.bytes.charCodeAt(this.offset++);
    return byte === byte ? byte : unexpectedEnd();
  }

  private size(): number {
    const size = this.byte();
    if (size < SMALL_LIMIT) return size;
    return size === 255 ? this.integer() : ((size & 31) << 8) + this.byte() + SMALL_LIMIT;
  }

  private integer(): number {
    const value = this.byte() + this.byte() * 2 ** 8 + this.byte() * 2 ** 16;
    return value + this.byte() * 2 ** 24;
  }

  private number(): number {
    const { bytes, offset } = this;
    if (offset + 8 > bytes.length) return unexpectedEnd();
    for (let index = 0; index < 8; index++) doubleBytes[index] = bytes.charCodeAt(offset + index);
    this.offset = offset + 8;
    return doubles[0] as number;
  }
}

const doubles = new Float64Array(1);
const doubleBytes = new Uint8Array(doubles.buffer);

function entryOf<Entry>(entries: readonly (Entry | undefined)[] | undefined, index: number): Entry {
  return (
    entries?.[index] ??
    callerError(`cannot deserialize dictionary index ${String((index + 1) | 0)}`)
  );
}

function badTag(tag: number): never {
  return callerError(`cannot deserialize tag 0x${tag.toString(16).padStart(2, "0")}`);
}

function unexpectedEnd(): never {
  return callerError("unexpected end of buffer");
}
