/** Expected errors are what lua-cjson 2.1 says for the same texts. */
import { LuaTable } from "../core/table.ts";
import type { LuaValue } from "../core/value.ts";
import { createArrayMetatable, decodeJson, DEFAULT_DECODE_OPTIONS, JSON_NULL } from "./index.ts";

const LENIENT = { ...DEFAULT_DECODE_OPTIONS, allowInvalidNumbers: true };

function tableOf(text: string): LuaTable {
  const value = decodeJson(text);
  if (value instanceof LuaTable) return value;
  throw new Error("not a table");
}

/** A JSON text as bytes, of a text with any characters. */
function bytesOf(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

describe("values", () => {
  test.each<[string, LuaValue]>([
    ["null", JSON_NULL],
    ["true", true],
    [" \t\r\n false \n", false],
    ["0", 0],
    ["-0", -0],
    ["-12", -12],
    ["123456789012345", 123456789012345],
    ["12345678901234567890", 12345678901234567000],
    ["0.1", 0.1],
    ["1e3", 1000],
    ["1E+3", 1000],
    ["25e-1", 2.5],
    ["1e400", Infinity],
    ["1e-400", 0],
    ['""', ""],
    ['"a\\n\\t\\r\\b\\f\\/\\\\\\""', 'a\n\t\r\b\f/\\"'],
    ['"tab\tand\nline\x7f"', "tab\tand\nline\x7f"],
    ['"\\u0041\\u00e9\\u20ac\\uFFFF"', "A\xc3\xa9\xe2\x82\xac\xef\xbf\xbf"],
    ['"\\u0000\\u007f\\u0080\\u07ff\\u0800"', "\0\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80"],
    ['"\\ud834\\udd1e\\uDBFF\\uDFFF"', "\xf0\x9d\x84\x9e\xf4\x8f\xbf\xbf"],
    ['"\xc3\xa9 \xff"', "\xc3\xa9 \xff"],
  ])("%j", (text, value) => {
    expect(decodeJson(text)).toBe(value);
  });

  test("an array fills the array part, null included", () => {
    const { array, hash } = tableOf('[1, null, "x", [], {}]');
    expect(array.slice(0, 3)).toEqual([1, JSON_NULL, "x"]);
    expect(array[3]).toBeInstanceOf(LuaTable);
    expect(array[4]).toBeInstanceOf(LuaTable);
    expect(hash).toBeUndefined();
  });

  test("an object has its keys, however they are called", () => {
    const table = tableOf(
      '{"__proto__": 1, "constructor": {"a": 2}, "1": 3, "": 4, "a": 5, "a": 6}',
    );
    expect(table.getString("__proto__")).toBe(1);
    expect((table.getString("constructor") as LuaTable).getString("a")).toBe(2);
    expect(table.getString("1")).toBe(3);
    expect(table.getNumber(1)).toBeUndefined();
    expect(table.getString("")).toBe(4);
    expect(table.getString("a")).toBe(6);
    expect(table.getString("toString")).toBeUndefined();
  });

  test("arrays get the metatable that is asked for, objects do not", () => {
    const arrayMetatable = createArrayMetatable();
    const table = decodeJson('[{"a": []}]', { ...DEFAULT_DECODE_OPTIONS, arrayMetatable });
    const object = (table as LuaTable).getNumber(1) as LuaTable;
    expect((table as LuaTable).metatable).toBe(arrayMetatable);
    expect(object.metatable).toBeUndefined();
    expect((object.getString("a") as LuaTable).metatable).toBe(arrayMetatable);
  });
});

describe("numbers that JSON does not have", () => {
  test.each([
    ["NaN", NaN],
    ["-nan", NaN],
    ["Infinity", Infinity],
    ["+inf", Infinity],
    ["-infinity", -Infinity],
    ["0x1F", 31],
    ["-0x1", -1],
    ["0x.8", 0.5],
    ["0x1p4", 16],
    ["01", 1],
    ["+1", 1],
    ["-.5", -0.5],
    ["1.", 1],
    ["1.e5", 100000],
  ])("%s is let through", (text, value) => {
    expect(decodeJson(text, LENIENT)).toBe(value);
  });

  test.each([
    ["nan", "invalid token"],
    ["Infinity", "invalid token"],
    ["-inf", "invalid number"],
    ["0x10", "invalid number"],
    ["-01", "invalid number"],
    ["00", "invalid number"],
    ["+1", "invalid token"],
  ])("%s is refused", (text, found) => {
    const message = `Expected value but found ${found} at character 1`;
    expect(() => decodeJson(text)).toThrow(message);
  });
});

describe("errors", () => {
  test.each([
    ["", "Expected value but found T_END at character 1"],
    ["  ", "Expected value but found T_END at character 3"],
    ["nul", "Expected value but found invalid token at character 1"],
    ["tru", "Expected value but found invalid token at character 1"],
    ["[", "Expected value but found T_END at character 2"],
    ["{", "Expected object key string but found T_END at character 2"],
    ["[1", "Expected comma or array end but found T_END at character 3"],
    ["[1,", "Expected value but found T_END at character 4"],
    ["[1,]", "Expected value but found T_ARR_END at character 4"],
    ["[,1]", "Expected value but found T_COMMA at character 2"],
    ['{"a"}', "Expected colon but found T_OBJ_END at character 5"],
    ['{"a":}', "Expected value but found T_OBJ_END at character 6"],
    ['{"a":1', "Expected comma or object end but found T_END at character 7"],
    ['{"a":1,}', "Expected object key string but found T_OBJ_END at character 8"],
    ["{a:1}", "Expected object key string but found invalid token at character 2"],
    ["{1:2}", "Expected object key string but found T_NUMBER at character 2"],
    ['{"a":1 "b":2}', "Expected comma or object end but found T_STRING at character 8"],
    ["[1 2]", "Expected comma or array end but found T_NUMBER at character 4"],
    ["1 2", "Expected the end but found T_NUMBER at character 3"],
    ["0xZ", "Expected the end but found invalid token at character 2"],
    ['"abc', "Expected value but found unexpected end of string at character 5"],
    ['"a\\q"', "Expected value but found invalid escape code at character 3"],
    ['"a\\"', "Expected value but found unexpected end of string at character 5"],
    ['"\\u12"', "Expected value but found invalid unicode escape code at character 2"],
    ['"\\u12G4"', "Expected value but found invalid unicode escape code at character 2"],
    ['"\\ud834"', "Expected value but found invalid unicode escape code at character 2"],
    ['"\\udd1e"', "Expected value but found invalid unicode escape code at character 2"],
    ['"\\ud834\\u0041"', "Expected value but found invalid unicode escape code at character 2"],
    ['"\x00"', "JSON parser does not support UTF-16 or UTF-32"],
    ["nulll", "Expected the end but found invalid token at character 5"],
    ["[nulll]", "Expected comma or array end but found invalid token at character 6"],
    ["[truefalse]", "Expected comma or array end but found T_BOOLEAN at character 6"],
    ["[1}", "Expected comma or array end but found T_OBJ_END at character 3"],
    ["{]", "Expected object key string but found T_ARR_END at character 2"],
    ["}", "Expected value but found T_OBJ_END at character 1"],
    ["]", "Expected value but found T_ARR_END at character 1"],
    [",", "Expected value but found T_COMMA at character 1"],
    [":", "Expected value but found T_COLON at character 1"],
    ["'a'", "Expected value but found invalid token at character 1"],
    ["[1,2,3]]", "Expected the end but found T_ARR_END at character 8"],
    ["[1]x", "Expected the end but found invalid token at character 4"],
    ["\xef\xbb\xbf1", "Expected value but found invalid token at character 1"],
    ["\x00", "Expected value but found T_END at character 1"],
    ["1\x00", "JSON parser does not support UTF-16 or UTF-32"],
    ["[\x01]", "Expected value but found invalid token at character 2"],
    ["--1", "Expected value but found invalid number at character 1"],
    ["1.2.3", "Expected the end but found invalid token at character 4"],
    ["1e", "Expected the end but found invalid token at character 2"],
    ["- 1", "Expected value but found invalid number at character 1"],
    ["[-]", "Expected value but found invalid number at character 2"],
    ["-", "Expected value but found invalid number at character 1"],
    ["-a", "Expected value but found invalid number at character 1"],
    [".5", "Expected value but found invalid token at character 1"],
    ["infinit", "Expected the end but found invalid token at character 4"],
    ["a\x00b\x00", "JSON parser does not support UTF-16 or UTF-32"],
    ["truex", "Expected the end but found invalid token at character 5"],
    ["[tRue]", "Expected value but found invalid token at character 2"],
    ["n", "Expected value but found invalid token at character 1"],
    ["N", "Expected value but found invalid token at character 1"],
    ["Na", "Expected value but found invalid token at character 1"],
    ["I", "Expected value but found invalid token at character 1"],
    ["-i", "Expected value but found invalid number at character 1"],
    ["+", "Expected value but found invalid number at character 1"],
    ["+-1", "Expected value but found invalid number at character 1"],
    ["+a", "Expected value but found invalid number at character 1"],
    ["- ", "Expected value but found invalid number at character 1"],
    ["1e5e", "Expected the end but found invalid token at character 4"],
    ["Truex", "Expected value but found invalid token at character 1"],
    ["t", "Expected value but found invalid token at character 1"],
    ["falsy", "Expected value but found invalid token at character 1"],
    ['"\\', "Expected value but found invalid escape code at character 2"],
    ['"\\u', "Expected value but found invalid unicode escape code at character 2"],
    ['"abc\\u00', "Expected value but found invalid unicode escape code at character 5"],
    ['{"a\\qb":1}', "Expected object key string but found invalid escape code at character 4"],
    ['{"a', "Expected object key string but found unexpected end of string at character 4"],
    ['["a', "Expected value but found unexpected end of string at character 4"],
    ["  [ 1 , 2 ]  x", "Expected the end but found invalid token at character 14"],
    ['"a" b', "Expected the end but found invalid token at character 5"],
    ["\x0c1", "Expected value but found invalid token at character 1"],
    ["\x0b1", "Expected value but found invalid token at character 1"],
    ["[1\x00]", "Expected comma or array end but found T_END at character 3"],
    ['"\\uD800\\n"', "Expected value but found invalid unicode escape code at character 2"],
    ["infinity1", "Expected the end but found T_NUMBER at character 9"],
    ["-Nan1", "Expected the end but found T_NUMBER at character 5"],
    ["1e-", "Expected the end but found invalid token at character 2"],
    ["1.e", "Expected the end but found invalid token at character 3"],
    ['[1,"a\\x"]', "Expected value but found invalid escape code at character 6"],
    ['{"a" 1}', "Expected colon but found T_NUMBER at character 6"],
    ['{"a":1;', "Expected comma or object end but found invalid token at character 7"],
    ["[[]", "Expected comma or array end but found T_END at character 4"],
    ["[{]", "Expected object key string but found T_ARR_END at character 3"],
    ['{"a":[}', "Expected value but found T_OBJ_END at character 7"],
    ["nan1", "Expected the end but found T_NUMBER at character 4"],
    ["[1,+]", "Expected value but found invalid number at character 4"],
    ['["\\u12"]', "Expected value but found invalid unicode escape code at character 3"],
    ["[true,false,nulL]", "Expected value but found invalid token at character 13"],
    ["1 null", "Expected the end but found T_NULL at character 3"],
    ["1 true", "Expected the end but found T_BOOLEAN at character 3"],
    ["1 {", "Expected the end but found T_OBJ_BEGIN at character 3"],
    ["1 [", "Expected the end but found T_ARR_BEGIN at character 3"],
    ['1 "', "Expected the end but found unexpected end of string at character 4"],
    ["1 'x'", "Expected the end but found invalid token at character 3"],
    ["{null:1}", "Expected object key string but found T_NULL at character 2"],
    ["{true:1}", "Expected object key string but found T_BOOLEAN at character 2"],
    ["{[:1}", "Expected object key string but found T_ARR_BEGIN at character 2"],
  ])("%j", (text, message) => {
    expect(() => decodeJson(text, LENIENT)).toThrow(new Error(message));
  });

  test("nesting is limited", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(decodeJson(nested(1000))).toBeInstanceOf(LuaTable);
    expect(() => decodeJson(nested(1001))).toThrow(
      "Found too many nested data structures (1001) at character 1001",
    );
    expect(() => decodeJson('{"a":{"b":{}}}', { ...DEFAULT_DECODE_OPTIONS, maxDepth: 2 })).toThrow(
      "Found too many nested data structures (3) at character 11",
    );
    expect(decodeJson("[[],[],[[]]]", { ...DEFAULT_DECODE_OPTIONS, maxDepth: 3 })).toBeDefined();
  });
});

test("agrees with JSON.parse on generated texts", () => {
  const random = createRandom(20261123);
  for (let round = 0; round < 500; round++) {
    const value = randomValue(random, 4);
    const text = JSON.stringify(value, null, round % 3);
    expect(plain(decodeJson(bytesOf(text)))).toEqual(value);
  }
});

test("gives a value or an error for any bytes", () => {
  const random = createRandom(7);
  const alphabet = '{}[]:,"\\ua0d8.-+e1nultrfs \0\xff';
  let errorCount = 0;
  for (let round = 0; round < 5000; round++) {
    let text = "";
    const length = random(12);
    for (let index = 0; index < length; index++) text += alphabet.charAt(random(alphabet.length));
    try {
      decodeJson(text, LENIENT);
    } catch (thrown) {
      errorCount++;
      expect((thrown as Error).name).toBe("JsonError");
    }
  }
  expect(errorCount).toBeGreaterThan(4000);
});

type Plain = null | boolean | number | string | Plain[] | { [key: string]: Plain };

/** A Lua value as JSON.parse would have made it; empty tables count as objects. */
function plain(value: LuaValue): Plain {
  if (value === JSON_NULL) return null;
  if (typeof value === "string") return Buffer.from(value, "latin1").toString("utf8");
  if (!(value instanceof LuaTable)) return value as Plain;
  if (value.array.length > 0) return value.array.map(plain);
  const { hash } = value;
  const entries = hash?.entries().map(([key, entry]) => [plain(key), plain(entry)]) ?? [];
  for (const [key, field] of Object.entries(value.fields)) entries.push([key, plain(field)]);
  return Object.fromEntries(entries) as Plain;
}

function randomValue(random: (limit: number) => number, depth: number): Plain {
  const kind = random(depth > 0 ? 8 : 5);
  if (kind === 0) return null;
  if (kind === 1) return random(2) === 0;
  if (kind === 2) return random(1000) - 500;
  if (kind === 3) return (random(2 ** 30) / 1024) * 10 ** (random(40) - 20);
  if (kind === 4) return randomText(random);
  const length = 1 + random(4);
  if (kind === 5) return Array.from({ length }, () => randomValue(random, depth - 1));
  const entries = Array.from({ length: length - 1 }, (_, index) => [
    `${randomText(random)}${String(index)}`,
    randomValue(random, depth - 1),
  ]);
  return Object.fromEntries(entries) as Plain;
}

function randomText(random: (limit: number) => number): string {
  const pieces = [
    "a",
    "key",
    '"',
    "\\",
    "/",
    "\n",
    "\0",
    "\u007f",
    "\u00e9",
    "\u20ac",
    "\u{1d11e}",
    " ",
  ];
  let text = "";
  for (let count = random(6); count > 0; count--) text += pieces[random(pieces.length)] ?? "";
  return text;
}

/** Numbers from 0 to below a limit, the same on every run. */
function createRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
