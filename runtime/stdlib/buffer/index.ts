/**
 * LuaJIT's `string.buffer`: buffers that strings are put into and got from, and values as bytes. What
 * deals with pointers of C (`reserve`, `ref`, `putcdata`) needs the FFI, which there is not.
 */
import { callFirst, leaveCall } from "../../core/call.ts";
import { current } from "../../core/current.ts";
import { fault } from "../../core/error.ts";
import { metamethod, typeOf } from "../../core/metatable.ts";
import { numberToString } from "../../core/number.ts";
import type { LuaState } from "../../core/state.ts";
import { LuaTable } from "../../core/table.ts";
import { LuaUserdata } from "../../core/userdata.ts";
import type { LuaFunction, LuaValue } from "../../core/value.ts";
import { argumentError, callerError, checkString, checkTable, typeError } from "../arguments.ts";
import { checkPassed } from "../base/passed.ts";
import { defineLibrary, libraryTable } from "../library.ts";
import { compiledFormat } from "../string/format/format.ts";
import { Decoder } from "./decode.ts";
import { readDictionaries } from "./dictionaries.ts";
import { encode } from "./encode.ts";
import { bufferOf, LuaBuffer } from "./luaBuffer.ts";
import { PutFormat, SELF } from "./putFormat.ts";

/** The metatable of the buffers of a state. */
const metatables = new WeakMap<LuaState, LuaTable>();

/** What `require "string.buffer"` gives. */
export function openBuffer(state: LuaState): LuaTable {
  const metatable = libraryTable(bufferMethods, {
    __concat: concatenate,
    __len: bufferMethods.functions["__len"],
    __metatable: "buffer",
    __tostring: bufferMethods.functions["tostring"],
  });
  metatable.setString("__index", metatable);
  metatables.set(state, metatable);
  return libraryTable(bufferLibrary);
}

const bufferLibrary = defineLibrary("string.buffer", {
  /**
   * A new buffer. The size it should have room for is checked, but ours grow without it just as well.
   * Options: `dict` and `metatable`, lists of keys and metatables that are encoded as numbers.
   *
   * @signature ([size [, options]])
   */
  new: (...values) => {
    const hasSize = !(values[0] instanceof LuaTable);
    if (hasSize && values[0] !== undefined) checkSize(values[0], 1);
    const optionsAt = hasSize ? 1 : 0;
    const hasOptions = values.length > optionsAt;
    const options = hasOptions ? checkTable(values[optionsAt], optionsAt + 1) : undefined;
    const dictionaries = options === undefined ? undefined : readDictionaries(options);
    return new LuaUserdata(new LuaBuffer(dictionaries), metatables.get(current.state));
  },

  /** A value as bytes. @throws LuaError "cannot serialize 'function'" @signature (value) */
  encode: (...values) => encode(checkPassed(values, 1), undefined),

  /** The value of some bytes. @throws LuaError "unexpected end of buffer", "left-over data in buffer" */
  decode: (bytes) => {
    const text = checkText(bytes, 1);
    const decoder = new Decoder(text, undefined);
    const value = decoder.read();
    return decoder.offset === text.length ? value : callerError("left-over data in buffer");
  },
});

const bufferMethods = defineLibrary("buffer", {
  /** Appends strings, numbers, buffers and what has `__tostring`. Returns the buffer. */
  put: (self, ...values) => {
    const buffer = checkBuffer(self);
    for (let index = 0; index < values.length; index++) {
      buffer.append(textToPut(values[index], buffer, index + 2));
    }
    return self;
  },

  /** Appends what `string.format` makes. Returns the buffer. */
  putf: (self, format, ...values) => {
    checkBuffer(self);
    const compiled = compiledFormat(checkString(format, 2));
    return new PutFormat(self as LuaUserdata<LuaBuffer>, compiled, values).put();
  },

  /** Would append bytes that are at an address. */
  putcdata: (self, pointer) => {
    checkBuffer(self);
    return typeError(pointer, 2, "cdata");
  },

  /** Gives the buffer other contents. Returns it. */
  set: (self, text) => {
    checkBuffer(self).set(checkText(text, 2));
    return self;
  },

  /** Empties the buffer. Returns it. */
  reset: (self) => {
    checkBuffer(self).set("");
    return self;
  },

  /** The same: its memory is free as soon as nobody else has it. */
  free: (self) => {
    checkBuffer(self).set("");
    return self;
  },

  /** Takes bytes from the beginning: for each argument a string of up to so many, all for nil. */
  get: (self, ...counts) => {
    const buffer = checkBuffer(self);
    if (counts.length === 0) return buffer.take(Infinity);
    const texts = counts.map((count, index) =>
      buffer.take(count === undefined ? Infinity : checkSize(count, index + 2)),
    );
    return texts.length === 1 ? texts[0] : texts;
  },

  /** Drops up to so many bytes from the beginning. Returns the buffer. */
  skip: (self, count) => {
    checkBuffer(self).take(checkSize(count, 2));
    return self;
  },

  /** The contents, which stay. */
  tostring: (self) => checkBuffer(self).text(),

  /** The number of bytes. */
  __len: (self) => checkBuffer(self).length,

  /** Appends a value as bytes. Returns the buffer. @signature (self, value) */
  encode: (...values) => {
    const buffer = checkBuffer(values[0]);
    buffer.append(encode(checkPassed(values, 2), buffer.dictionaries));
    return values[0];
  },

  /** Takes a value from the beginning. */
  decode: (self) => {
    const buffer = checkBuffer(self);
    const decoder = new Decoder(buffer.text(), buffer.dictionaries);
    const value = decoder.read();
    buffer.take(decoder.offset);
    return value;
  },

  /** Would make room, and give its address. */
  reserve: (self, size) => {
    checkBuffer(self);
    checkSize(size, 2);
    return callerError("'reserve' gives an address for the FFI, which is not supported");
  },

  /** Appends bytes that were written to what `reserve` gave: none. */
  commit: (self, size) => {
    checkBuffer(self);
    return checkSize(size, 2) === 0 ? self : argumentError(2, OUT_OF_RANGE);
  },

  /** Would give the address of the contents. */
  ref: (self) => {
    checkBuffer(self);
    return callerError("'ref' gives an address for the FFI, which is not supported");
  },
});

const OUT_OF_RANGE = "number out of range";

/**
 * LuaJIT has no such metamethod: there, the operator knows buffers. So this is no builtin, which errors
 * would be about.
 */
const concatenate: LuaFunction = (left, right) => {
  const [head, tail] = [textOf(left), textOf(right)];
  if (head !== undefined && tail !== undefined) return head + tail;
  const other = head === undefined ? left : right;
  const handler = metamethod(other, "__concat");
  if (handler !== undefined) return leaveCall(handler, [left, right]);
  return fault.concatenate(left, right);
};

function textOf(value: LuaValue): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" ? numberToString(value) : bufferOf(value)?.text();
}

/** What `put` appends. @param argument For errors. */
function textToPut(value: LuaValue, buffer: LuaBuffer, argument: number): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberToString(value);
  const other = bufferOf(value);
  if (other !== undefined) return other === buffer ? argumentError(argument, SELF) : other.text();
  const handler = metamethod(value, "__tostring");
  if (handler === undefined) {
    const got = typeOf(value);
    return argumentError(argument, `string/number/__tostring expected, got ${got}`);
  }
  return textToPut(callFirst(handler, value), buffer, argument);
}

function checkBuffer(value: LuaValue): LuaBuffer {
  return bufferOf(value) ?? typeError(value, 1, "buffer");
}

/** A string; numbers are none here. */
function checkText(value: LuaValue, argument: number): string {
  return typeof value === "string" ? value : typeError(value, argument, "string");
}

/** A number of bytes; strings are none here. */
function checkSize(value: LuaValue, argument: number): number {
  if (typeof value !== "number") return typeError(value, argument, "number");
  const size = Math.trunc(value);
  return size >= 0 && size < 0x7fffff00 ? size : argumentError(argument, OUT_OF_RANGE);
}
