/** Expected texts are what lua-cjson 2.1 gives for the same values, OpenResty's for its additions. */
import { LuaState } from "../core/state.ts";
import { list } from "../core/table.testkit.ts";
import { LuaTable } from "../core/table.ts";
import { LuaUserdata } from "../core/userdata.ts";
import type { LuaValue } from "../core/value.ts";
import type { Host } from "../host.ts";
import {
  createArrayMetatable,
  createEmptyArrayMetatable,
  decodeJson,
  DEFAULT_ENCODE_OPTIONS,
  EMPTY_ARRAY,
  encodeJson,
  JSON_NULL,
  type EncodeOptions,
} from "./index.ts";

function table(...entries: [LuaValue, LuaValue][]): LuaTable {
  const made = new LuaTable();
  for (const [key, value] of entries) made.set(key, value);
  return made;
}

function withOptions(options: Partial<EncodeOptions>): EncodeOptions {
  return { ...DEFAULT_ENCODE_OPTIONS, ...options };
}

function nested(depth: number): LuaTable {
  let value = new LuaTable();
  for (let level = 1; level < depth; level++) value = list(value);
  return value;
}

test.each<[LuaValue, string]>([
  [undefined, "null"],
  [JSON_NULL, "null"],
  [true, "true"],
  [false, "false"],
  ["", '""'],
  ['a/b"\\\n\r\t\b\f', '"a\\/b\\"\\\\\\n\\r\\t\\b\\f"'],
  ["\0\x01\x1f\x7f\x80\xff", '"\\u0000\\u0001\\u001f\\u007f\x80\xff"'],
  [1, "1"],
  [-0, "-0"],
  [-5.5, "-5.5"],
  [0.1, "0.1"],
  [1 / 3, "0.33333333333333"],
  [1e14, "1e+14"],
  [123456789012346, "1.2345678901235e+14"],
  [2 ** 53, "9.007199254741e+15"],
  [1e-5, "1e-05"],
  [1e100, "1e+100"],
])("%j", (value, text) => {
  expect(encodeJson(value)).toBe(text);
});

describe("tables", () => {
  test.each<[string, LuaTable]>([
    ["{}", table()],
    ["[1,2,3]", list(1, 2, 3)],
    ['{"a":1}', table(["a", 1])],
    ["[1,null,3]", table([1, 1], [3, 3])],
    ["[null,2,1]", table([3, 1], [2, 2])],
    ["[null,null,null,null,null,null,null,null,null,1]", table([10, 1])],
    ['{"1":1,"a":2}', table([1, 1], ["a", 2])],
    ['{"1.5":1}', table([1.5, 1])],
    ['{"0":1}', table([0, 1])],
    ['{"-1":1}', table([-1, 1])],
    ['{"1e+300":1}', table([1e300, 1])],
    ['{"1":1,"12345678901":2}', table([1, 1], [12345678901, 2])],
    ['{"":1}', table(["", 1])],
    ['{"a\\u0000b":[null]}', table(["a\0b", list(JSON_NULL)])],
    ['{"__proto__":1,"constructor":2}', table(["__proto__", 1], ["constructor", 2])],
    ['{"x":[1,2,{"y":{}}]}', table(["x", list(1, 2, table(["y", table()]))])],
  ])("%s", (text, value) => {
    expect(encodeJson(value)).toBe(text);
  });

  test("keys that were removed are not there", () => {
    const object = table(["a", 1], ["b", 2]);
    object.set("a", undefined);
    expect(encodeJson(object)).toBe('{"b":2}');
    object.set("b", undefined);
    expect(encodeJson(object)).toBe("{}");
  });

  test("an array marked as such is one, whatever it holds", () => {
    const array = table([1, "one"], [2, "two"], ["foo", "bar"]);
    array.metatable = createArrayMetatable();
    expect(encodeJson(array)).toBe('["one","two"]');
    const empty = new LuaTable();
    empty.metatable = array.metatable;
    expect(encodeJson(empty)).toBe("[]");
  });

  test("an empty table can be an array, by mark or by option", () => {
    const marked = new LuaTable();
    marked.metatable = createEmptyArrayMetatable();
    expect(encodeJson(list(marked, EMPTY_ARRAY, table()))).toBe("[[],[],{}]");
    const options = withOptions({ emptyTableAsObject: false });
    expect(encodeJson(list(table(), table(["a", 1])), options)).toBe('[[],{"a":1}]');
  });

  test("__len makes an array, whose elements __index may give", () => {
    const state = new LuaState({ host: {} as Host, dialect: "luajit", helpers: {} });
    const proxy = new LuaTable();
    proxy.metatable = table(
      ["__len", () => 3],
      ["__index", (_object: LuaValue, key: LuaValue) => Number(key) * 10],
    );
    expect(state.enter(() => encodeJson(proxy))).toBe("[10,20,30]");
  });
});

describe("sparse arrays", () => {
  const sparse = table([1, 1], [20, 1]);

  test("are refused when excessively so", () => {
    const message = "Cannot serialise table: excessively sparse array";
    expect(() => encodeJson(sparse)).toThrow(new Error(message));
    expect(() => encodeJson(table([11, 1]))).toThrow(message);
  });

  test("become objects when asked to", () => {
    expect(encodeJson(sparse, withOptions({ convertSparse: true }))).toBe('{"1":1,"20":1}');
  });

  test("are never excessive with a ratio of 0", () => {
    const text = encodeJson(table([30, 1]), withOptions({ sparseRatio: 0 }));
    expect(text).toBe(`[${"null,".repeat(29)}1]`);
  });

  test("may have a length that is safe", () => {
    const options = withOptions({ convertSparse: true, sparseRatio: 2, sparseSafe: 3 });
    expect(encodeJson(table([3, 1]), options)).toBe("[null,null,1]");
    expect(encodeJson(table([4, 1]), options)).toBe('{"4":1}');
  });

  test("holes inside the array part count as missing", () => {
    const holey = list(...Array.from({ length: 12 }, () => 1));
    for (let index = 2; index < 12; index++) holey.set(index, undefined);
    expect(() => encodeJson(holey)).toThrow("excessively sparse array");
  });
});

test.each<[LuaValue, string]>([
  [() => 1, "Cannot serialise function: type not supported"],
  [list(() => 1), "Cannot serialise function: type not supported"],
  [new LuaUserdata(1), "Cannot serialise userdata: type not supported"],
  [NaN, "Cannot serialise number: must not be NaN or Infinity"],
  [-Infinity, "Cannot serialise number: must not be NaN or Infinity"],
  [table([Infinity, 1]), "Cannot serialise number: must not be NaN or Infinity"],
  [table([true, 1]), "Cannot serialise boolean: table key must be a number or string"],
  [table([new LuaTable(), 1]), "Cannot serialise table: table key must be a number or string"],
])("refuses values that JSON can't hold: %#", (value, message) => {
  expect(() => encodeJson(value)).toThrow(new Error(message));
});

test("nesting is limited, so that cycles end", () => {
  const cycle = new LuaTable();
  cycle.set("self", cycle);
  const message = "Cannot serialise, excessive nesting (1001)";
  expect(() => encodeJson(cycle)).toThrow(new Error(message));
  expect(encodeJson(nested(1000))).toBe("[".repeat(999) + "{}" + "]".repeat(999));
  expect(() => encodeJson(nested(1001))).toThrow(new Error(message));
  expect(() => encodeJson(nested(3), withOptions({ maxDepth: 2 }))).toThrow("nesting (3)");
});

describe("options", () => {
  test("precision", () => {
    const text = (value: number, numberPrecision: number) =>
      encodeJson(value, withOptions({ numberPrecision }));
    expect(text(1 / 3, 3)).toBe("0.333");
    expect(text(123456, 3)).toBe("1.23e+05");
    expect(text(0.1, 16)).toBe("0.1");
    expect(text(2 / 3, 16)).toBe("0.6666666666666666");
    expect(text(1.5e-7, 3)).toBe("1.5e-07");
    expect(text(100, 1)).toBe("1e+02");
    expect(text(9007199254740991, 16)).toBe("9007199254740991");
    expect(text(-0, 5)).toBe("-0");
    expect(text(99999, 4)).toBe("1e+05");
  });

  test("numbers that JSON does not have", () => {
    const values = list(NaN, Infinity, -Infinity);
    expect(encodeJson(values, withOptions({ invalidNumbers: "null" }))).toBe("[null,null,null]");
    expect(encodeJson(values, withOptions({ invalidNumbers: "literal" }))).toBe(
      "[NaN,Infinity,-Infinity]",
    );
  });

  test("slashes", () => {
    const options = withOptions({ escapeForwardSlash: false });
    expect(encodeJson('a/b"/\x01', options)).toBe('"a/b\\"/\\u0001"');
  });
});

test("what was encoded decodes to the same", () => {
  const text = '{"a":[1,{"b":"x\\/y"},[null,true]],"c":{},"d":-1.25e-09,"e":"\xe2\x82\xac"}';
  expect(encodeJson(decodeJson(text))).toBe(text);
});
