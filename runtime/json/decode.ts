/** JSON to Lua values: a recursive descent over the bytes, straight into tables. */
import { ALARM, alarm, checkpoint } from "../core/budget.ts";
import { stringToNumber } from "../core/number.ts";
import { LuaTable } from "../core/table.ts";
import type { LuaValue } from "../core/value.ts";
import { JsonError } from "./JsonError.ts";
import { JSON_NULL } from "./markers.ts";
import { readString, StringFault } from "./strings.ts";

export interface DecodeOptions {
  /** So many arrays and objects may lie inside one another. */
  readonly maxDepth: number;
  /** Whether NaN, infinities, hexadecimal numbers and leading zeros are let through. */
  readonly allowInvalidNumbers: boolean;
  /** What arrays get as metatable. */
  readonly arrayMetatable: LuaTable | undefined;
}

export const DEFAULT_DECODE_OPTIONS: DecodeOptions = {
  maxDepth: 1000,
  allowInvalidNumbers: false,
  arrayMetatable: undefined,
};

/**
 * The value of a JSON text. Null becomes `JSON_NULL`; arrays and objects become tables.
 *
 * @param bytes UTF-8.
 * @throws JsonError "Expected value but found invalid token at character 1"
 */
export function decodeJson(bytes: string, options = DEFAULT_DECODE_OPTIONS): LuaValue {
  if (bytes.length >= 2 && (bytes.charCodeAt(0) === 0 || bytes.charCodeAt(1) === 0)) {
    throw new JsonError("JSON parser does not support UTF-16 or UTF-32");
  }
  return new Parser(bytes, options).parse();
}

/** A number as C's `strtod` reads it; LuaJIT's libraries are no stricter. */
const NUMBER =
  /[+-]?(?:0x(?:[\da-f]+\.?[\da-f]*|\.[\da-f]+)(?:p[+-]?\d+)?|inf(?:inity)?|nan|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)/iy;

/** The numbers of that kind that JSON does not have. */
const INVALID_NUMBER = /\+|-?(?:0[x\d]|inf|nan)/iy;

/** Up to so many digits, an integer can be summed up digit by digit without rounding. */
const MAX_EXACT_DIGITS = 15;

class Parser {
  private readonly text: string;
  private readonly options: DecodeOptions;
  private offset = 0;
  private depth = 0;

  constructor(text: string, options: DecodeOptions) {
    this.text = text;
    this.options = options;
  }

  parse(): LuaValue {
    const value = this.value();
    this.skipSpace();
    return this.offset === this.text.length ? value : this.fail("the end");
  }

  private value(): LuaValue {
    if (alarm[ALARM.raised] !== 0) checkpoint();
    switch (this.skipSpace()) {
      case 0x22: // "
        return this.string("value");
      case 0x7b: // {
        return this.object();
      case 0x5b: // [
        return this.array();
      case 0x74: // t
        return this.word("true", true);
      case 0x66: // f
        return this.word("false", false);
      case 0x6e: // n
        return this.text.startsWith("null", this.offset)
          ? this.word("null", JSON_NULL)
          : this.number();
      default:
        return this.number();
    }
  }

  private object(): LuaTable {
    this.enter();
    const table = new LuaTable();
    if (this.skipSpace() === 0x7d) return this.leave(table);
    for (;;) {
      if (this.skipSpace() !== 0x22) return this.fail("object key string");
      const key = this.string("object key string");
      if (this.skipSpace() !== 0x3a) return this.fail("colon");
      this.offset++;
      table.setString(key, this.value());
      const code = this.skipSpace();
      if (code === 0x7d) return this.leave(table);
      if (code !== 0x2c) return this.fail("comma or object end");
      this.offset++;
    }
  }

  private array(): LuaTable {
    this.enter();
    const table = new LuaTable();
    table.metatable = this.options.arrayMetatable;
    if (this.skipSpace() === 0x5d) return this.leave(table);
    const elements: LuaValue[] = [];
    for (;;) {
      elements.push(this.value());
      const code = this.skipSpace();
      if (code === 0x5d) break;
      if (code !== 0x2c) return this.fail("comma or array end");
      this.offset++;
    }
    table.array = elements;
    return this.leave(table);
  }

  /** At the bracket that opens. */
  private enter(): void {
    if (++this.depth > this.options.maxDepth) {
      const place = `(${String(this.depth)}) at character ${String(this.offset + 1)}`;
      throw new JsonError(`Found too many nested data structures ${place}`);
    }
    this.offset++;
  }

  /** At the bracket that closes. */
  private leave(table: LuaTable): LuaTable {
    this.depth--;
    this.offset++;
    return table;
  }

  private word(word: string, value: LuaValue): LuaValue {
    if (!this.text.startsWith(word, this.offset)) return this.fail("value");
    this.offset += word.length;
    return value;
  }

  private string(expected: string): string {
    const read = readString(this.text, this.offset);
    if (read instanceof StringFault) return this.fail(expected);
    this.offset = read.end;
    return read.value;
  }

  private number(): number {
    const { text, offset: start } = this;
    let offset = start;
    const isNegative = text.charCodeAt(offset) === 0x2d;
    if (isNegative) offset++;
    const firstDigit = offset;
    let value = 0;
    let code = text.charCodeAt(offset);
    while (code >= 0x30 && code <= 0x39) {
      value = value * 10 + (code - 0x30);
      code = text.charCodeAt(++offset);
    }
    const digits = offset - firstDigit;
    const isPlain = !(code === 0x2e || (code | 0x20) === 0x65 || (code | 0x20) === 0x78);
    const hasLeadingZero = digits > 1 && text.charCodeAt(firstDigit) === 0x30;
    if (isPlain && digits > 0 && digits <= MAX_EXACT_DIGITS && !hasLeadingZero) {
      this.offset = offset;
      return isNegative ? -value : value;
    }
    return this.anyNumber();
  }

  private anyNumber(): number {
    const token = this.numberToken(this.offset);
    if (token === undefined) return this.fail("value");
    this.offset += token.length;
    return numberOf(token);
  }

  /** The text of the number at an offset; `undefined` when there is none or it is not allowed. */
  private numberToken(offset: number): string | undefined {
    if (!/[-+\dni]/i.test(this.text.charAt(offset))) return undefined;
    if (!this.options.allowInvalidNumbers) {
      INVALID_NUMBER.lastIndex = offset;
      if (INVALID_NUMBER.test(this.text)) return undefined;
    }
    NUMBER.lastIndex = offset;
    return NUMBER.exec(this.text)?.[0];
  }

  /** Skips white space. The code of the next byte; NaN at the end. */
  private skipSpace(): number {
    for (;;) {
      const code = this.text.charCodeAt(this.offset);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code;
      this.offset++;
    }
  }

  /** Says what was expected here, and what is there instead. */
  private fail(expected: string): never {
    const { found, offset } = this.describeToken();
    const place = `at character ${String(offset + 1)}`;
    throw new JsonError(`Expected ${expected} but found ${found} ${place}`);
  }

  /** The token at the offset, in lua-cjson's words, or what is wrong with it and where. */
  private describeToken(): { found: string; offset: number } {
    const { text, offset } = this;
    const char = text.charAt(offset);
    const punctuation = PUNCTUATION.get(char);
    if (punctuation !== undefined) return { found: punctuation, offset };
    if (char === '"') return describeString(text, offset);
    if (/^(?:true|false)/.test(text.slice(offset, offset + 5)))
      return { found: "T_BOOLEAN", offset };
    if (text.startsWith("null", offset)) return { found: "T_NULL", offset };
    if (this.numberToken(offset) !== undefined) return { found: "T_NUMBER", offset };
    const beginsNumber = this.options.allowInvalidNumbers ? /[-+\d]/ : /[-\d]/;
    return { found: beginsNumber.test(char) ? "invalid number" : "invalid token", offset };
  }
}

const PUNCTUATION = new Map([
  ["", "T_END"],
  ["\0", "T_END"],
  ["{", "T_OBJ_BEGIN"],
  ["}", "T_OBJ_END"],
  ["[", "T_ARR_BEGIN"],
  ["]", "T_ARR_END"],
  [":", "T_COLON"],
  [",", "T_COMMA"],
]);

function describeString(text: string, offset: number): { found: string; offset: number } {
  const read = readString(text, offset);
  return read instanceof StringFault
    ? { found: read.what, offset: read.offset }
    : { found: "T_STRING", offset };
}

function numberOf(token: string): number {
  return /[xin]/i.test(token) ? (stringToNumber(token) ?? NaN) : Number(token);
}
