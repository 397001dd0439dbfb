/** The functions of the string library that need neither patterns nor formats. */
import { ALARM, alarm, checkpoint } from "../../core/budget.ts";
import { NONE } from "../../core/call.ts";
import { current } from "../../core/current.ts";
import { raise } from "../../core/error.ts";
import type { LuaValue, Results } from "../../core/value.ts";
import {
  argumentError,
  callerError,
  checkInteger,
  checkPosition,
  checkString,
  optionalPosition,
} from "../arguments.ts";

/** LuaJIT's LUAI_MAXCSTACK. */
const MAX_SLICE = 8000;

/** V8 makes no longer strings. LuaJIT's limit is four times that. */
export const MAX_STRING_BYTES = 2 ** 29 - 24;

/** `String.fromCharCode` is given so many at once; more may overflow the stack. */
const CODES_PER_CALL = 4096;

/** `reverse` takes so many bytes at once. */
const CODES_AT_ONCE = 64;

/** A list of each length that `reverse` needs, to be filled and used at once. */
const codeLists = Array.from({ length: CODES_AT_ONCE + 1 }, (_, length) =>
  Array.from({ length }, () => 0),
);

export function byte(subject: LuaValue, from: LuaValue, to: LuaValue): Results {
  if (typeof subject === "string" && typeof from === "number" && from >= 1 && to === undefined) {
    const code = subject.charCodeAt(from - 1);
    return code === code ? code : NONE;
  }
  return bytes(subject, from, to);
}

/** A function of its own, so that V8 compiles the one above into the loops that call it. */
function bytes(subject: LuaValue, from: LuaValue, to: LuaValue): Results {
  const text = checkString(subject, 1);
  const { length } = text;
  const first = optionalPosition(from, 2, 1);
  const last = optionalPosition(to, 3, first);
  const start = Math.max(first < 0 ? first + length + 1 : first, 1);
  const end = Math.min(last < 0 ? last + length + 1 : last, length);
  if (start === end) return text.charCodeAt(start - 1);
  if (start > end) return NONE;
  if (end - start >= MAX_SLICE) callerError("string slice too long");
  const at = start - 1;
  // Literals take no more room than they need; a list that grows, room for 17.
  switch (end - at) {
    case 2:
      return [text.charCodeAt(at), text.charCodeAt(at + 1)];
    case 3:
      return [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)];
    case 4:
      return [
        text.charCodeAt(at),
        text.charCodeAt(at + 1),
        text.charCodeAt(at + 2),
        text.charCodeAt(at + 3),
      ];
  }
  const codes: number[] = [];
  for (let offset = at; offset < end; offset++) codes.push(text.charCodeAt(offset));
  return codes;
}

export function char(...values: LuaValue[]): string {
  if (values.length === 1 && isCode(values[0])) return String.fromCharCode(values[0]);
  // One `fromCharCode` for all makes a flat string; a third of the time of adding one by one.
  if (values.length <= CODES_PER_CALL && values.every(isCode))
    return String.fromCharCode(...values);
  let text = "";
  for (let index = 0; index < values.length; index++) {
    const code = checkInteger(values[index], index + 1);
    if (code < 0 || code > 255) argumentError(index + 1, "invalid value");
    text += String.fromCharCode(code);
  }
  return text;
}

function isCode(value: LuaValue): value is number {
  return typeof value === "number" && value >= 0 && value < 256;
}

export function len(subject: LuaValue): number {
  if (typeof subject === "string") return subject.length;
  // LuaJIT says so even when there is no argument at all.
  if (subject === undefined && !current.state.isPuc51) {
    return argumentError(1, "string expected, got nil");
  }
  return checkString(subject, 1).length;
}

export function lower(subject: LuaValue): string {
  const text = checkString(subject, 1);
  // JavaScript changes letters beyond ASCII, too; they are bytes of something else here.
  return isAscii(text)
    ? text.toLowerCase()
    : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

export function upper(subject: LuaValue): string {
  const text = checkString(subject, 1);
  return isAscii(text)
    ? text.toUpperCase()
    : text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** @throws LuaError "not enough memory" */
export function rep(subject: LuaValue, times: LuaValue, separator: LuaValue): string {
  const text = checkString(subject, 1);
  const count = checkInteger(times, 2);
  const hasSeparator = separator !== undefined && !current.state.isPuc51;
  const between = hasSeparator ? checkString(separator, 3) : "";
  if (count <= 0) return "";
  const sizeBytes = text.length * count + between.length * (count - 1);
  if (sizeBytes > MAX_STRING_BYTES) return raise("not enough memory");
  return between === "" ? text.repeat(count) : text + (between + text).repeat(count - 1);
}

export function reverse(subject: LuaValue): string {
  const text = checkString(subject, 1);
  let reversed = "";
  for (let end = text.length; end > 0; end -= CODES_AT_ONCE) {
    if (alarm[ALARM.raised] !== 0) checkpoint();
    const codes = codeLists[Math.min(end, CODES_AT_ONCE)] as number[];
    for (let index = 0; index < codes.length; index++) {
      codes[index] = text.charCodeAt(end - 1 - index);
    }
    reversed += String.fromCharCode(...codes);
  }
  return reversed;
}

export function sub(subject: LuaValue, from: LuaValue, to: LuaValue): string {
  // One char: V8 has those strings ready (a third of the time of a slice).
  if (typeof subject === "string" && from === to && typeof from === "number" && from >= 1) {
    return subject.charAt(from - 1);
  }
  return slice(subject, from, to);
}

function slice(subject: LuaValue, from: LuaValue, to: LuaValue): string {
  const text = typeof subject === "string" ? subject : checkString(subject, 1);
  const { length } = text;
  const first = isSmallInteger(from) ? from : checkPosition(from, 2);
  let last = -1;
  if (to !== undefined) last = isSmallInteger(to) ? to : checkPosition(to, 3);
  const start = first < 0 ? Math.max(first + length, 0) : Math.max(first - 1, 0);
  const end = last < 0 ? last + length + 1 : last;
  if (end - start === 1) return text.charAt(start);
  return end > start ? text.slice(start, end) : "";
}

function isSmallInteger(value: LuaValue): value is number {
  return typeof value === "number" && (value | 0) === value;
}

function isAscii(text: string): boolean {
  return !/[\x80-\xff]/.test(text);
}
