/**
 * The bytes of a buffer of `string.buffer`: what is put goes to the end, what is got comes from the
 * beginning. What was put is a string that V8 joins when somebody looks into it; so that a queue does not
 * join all of it each time, reads take from a part of their own, up to its end.
 */
import { LuaUserdata } from "../../core/userdata.ts";
import type { LuaValue } from "../../core/value.ts";
import { raise } from "../../core/error.ts";
import { MAX_STRING_BYTES } from "../string/simple.ts";
import type { Dictionaries } from "./dictionaries.ts";

export class LuaBuffer {
  readonly dictionaries: Dictionaries | undefined;
  /** What is being read; up to `taken` it is used up. */
  private head = "";
  private taken = 0;
  /** What follows it. */
  private tail = "";

  constructor(dictionaries: Dictionaries | undefined) {
    this.dictionaries = dictionaries;
  }

  get length(): number {
    return this.head.length - this.taken + this.tail.length;
  }

  /** @throws LuaError "not enough memory" */
  append(bytes: string): void {
    if (this.length + bytes.length > MAX_STRING_BYTES) raise("not enough memory");
    this.tail += bytes;
  }

  set(bytes: string): void {
    this.head = bytes;
    this.taken = 0;
    this.tail = "";
  }

  /** All bytes, which stay. */
  text(): string {
    if (this.taken > 0 || this.tail !== "") this.set(this.head.slice(this.taken) + this.tail);
    return this.head;
  }

  /** Takes up to so many bytes from the beginning. */
  take(count: number): string {
    const end = this.taken + count;
    if (end > this.head.length) {
      const text = this.text();
      if (count >= text.length) {
        this.set("");
        return text;
      }
      this.taken = count;
      return text.slice(0, count);
    }
    const bytes = this.head.slice(this.taken, end);
    this.taken = end;
    if (end === this.head.length) {
      this.head = this.tail;
      this.taken = 0;
      this.tail = "";
    }
    return bytes;
  }
}

/** The buffer that a value is; `undefined` for all other values. */
export function bufferOf(value: LuaValue): LuaBuffer | undefined {
  return value instanceof LuaUserdata && value.payload instanceof LuaBuffer
    ? value.payload
    : undefined;
}
