/**
 * Expected results are what lua-cjson 2.1 gives under LuaJIT 2.1, and for what OpenResty added to it,
 * what its documentation says.
 */
import { list } from "../core/table.testkit.ts";
import { LuaTable } from "../core/table.ts";
import { toText } from "../core/toText.ts";
import type { LuaValue } from "../core/value.ts";
import { createTestState } from "../stdlib/base/state.testkit.ts";
import { openCjson, openCjsonSafe } from "./cjson.ts";

function open(opener = openCjson) {
  const { state, protect } = createTestState();
  const library = opener(state);
  const call = (name: string, ...values: LuaValue[]) => protect(library.getString(name), ...values);
  return { state, library, call, protect };
}

test("encode and decode", () => {
  const { call, library } = open();
  expect(call("encode", list(1, "a/b", library.getString("null")))).toEqual([
    true,
    '[1,"a\\/b",null]',
  ]);
  expect(call("encode", undefined)).toEqual([true, "null"]);
  expect(call("decode", "5")).toEqual([true, 5]);
  expect(call("decode", 5)).toEqual([true, 5]);
  expect(call("decode", "0x10")).toEqual([true, 16]);
  expect(call("decode", "null")).toEqual([true, library.getString("null")]);
  expect(call("encode", () => 1)).toEqual([false, "Cannot serialise function: type not supported"]);
  expect(call("decode", "[1")).toEqual([
    false,
    "Expected comma or array end but found T_END at character 3",
  ]);
  for (const name of ["encode", "decode"]) {
    const expected = [false, "bad argument #1 to '?' (expected 1 argument)"];
    expect(call(name)).toEqual(expected);
    expect(call(name, "1", 2)).toEqual(expected);
  }
  expect(call("decode", undefined)).toEqual([
    false,
    "bad argument #1 to '?' (string expected, got nil)",
  ]);
});

test("null is one userdata for all states, and can't be changed by any", () => {
  const { state, library } = open();
  const nothing = library.getString("null");
  expect(nothing).toBe(open().library.getString("null"));
  expect(state.enter(() => toText(nothing))).toBe("userdata: NULL");
  expect(state.enter(() => toText(library.getString("empty_array")))).not.toBe("userdata: NULL");
  expect(Object.isFrozen(nothing)).toBe(true);
});

test("empty arrays and array metatables", () => {
  const { library, call } = open();
  const empty = new LuaTable();
  empty.metatable = library.getString("empty_array_mt") as LuaTable;
  const array = list("x");
  array.setString("key", 1);
  array.metatable = library.getString("array_mt") as LuaTable;
  const value = list(new LuaTable(), empty, library.getString("empty_array"), array);
  expect(call("encode", value)).toEqual([true, '[{},[],[],["x"]]']);
  expect(call("encode_empty_table_as_object", false)).toEqual([true, false]);
  expect(call("encode", new LuaTable())).toEqual([true, "[]"]);
  expect(call("decode_array_with_array_mt", true)).toEqual([true, true]);
  const [, decoded] = call("decode", "[]");
  expect((decoded as LuaTable).metatable).toBe(array.metatable);
  expect(open().library.getString("array_mt")).not.toBe(array.metatable);
});

describe("settings", () => {
  test("are given back, changed or not", () => {
    const { call } = open();
    expect(call("encode_sparse_array")).toEqual([true, false, 2, 10]);
    expect(call("encode_sparse_array", true)).toEqual([true, true, 2, 10]);
    expect(call("encode_sparse_array", undefined, 3, 4)).toEqual([true, true, 3, 4]);
    expect(call("encode_max_depth")).toEqual([true, 1000]);
    expect(call("encode_max_depth", "5")).toEqual([true, 5]);
    expect(call("encode_max_depth", 5.7)).toEqual([true, 5]);
    expect(call("decode_max_depth", 2)).toEqual([true, 2]);
    expect(call("encode_number_precision")).toEqual([true, 14]);
    expect(call("encode_number_precision", 16)).toEqual([true, 16]);
    expect(call("encode_keep_buffer")).toEqual([true, true]);
    expect(call("encode_keep_buffer", false)).toEqual([true, false]);
    expect(call("encode_keep_buffer", "on")).toEqual([true, true]);
    expect(call("encode_invalid_numbers")).toEqual([true, false]);
    expect(call("encode_invalid_numbers", "null")).toEqual([true, "null"]);
    expect(call("encode_invalid_numbers", "on")).toEqual([true, true]);
    expect(call("decode_invalid_numbers")).toEqual([true, true]);
    expect(call("encode_escape_forward_slash")).toEqual([true, true]);
  });

  test("have an effect", () => {
    const { call } = open();
    const sparse = new LuaTable();
    sparse.setNumber(100, 1);
    call("encode_sparse_array", true);
    expect(call("encode", sparse)).toEqual([true, '{"100":1}']);
    call("encode_max_depth", 1);
    expect(call("encode", list(list()))).toEqual([
      false,
      "Cannot serialise, excessive nesting (2)",
    ]);
    call("decode_max_depth", 2);
    expect(call("decode", "[[[1]]]")).toEqual([
      false,
      "Found too many nested data structures (3) at character 3",
    ]);
    call("encode_number_precision", 3);
    expect(call("encode", 1 / 3)).toEqual([true, "0.333"]);
    call("encode_invalid_numbers", "null");
    expect(call("encode", NaN)).toEqual([true, "null"]);
    call("decode_invalid_numbers", false);
    expect(call("decode", "nan")).toEqual([
      false,
      "Expected value but found invalid token at character 1",
    ]);
    call("encode_escape_forward_slash", false);
    expect(call("encode", "a/b")).toEqual([true, '"a/b"']);
  });

  test("check their arguments", () => {
    const { call } = open();
    const outOfRange = (least: number, most: number) =>
      `bad argument #1 to '?' (expected integer between ${String(least)} and ${String(most)})`;
    expect(call("encode_max_depth", 0)).toEqual([false, outOfRange(1, 2147483647)]);
    expect(call("encode_max_depth", 2 ** 31)).toEqual([false, outOfRange(1, 2147483647)]);
    expect(call("encode_max_depth", "x")).toEqual([
      false,
      "bad argument #1 to '?' (number expected, got string)",
    ]);
    expect(call("encode_max_depth", 1, 2)).toEqual([
      false,
      "bad argument #2 to '?' (found too many arguments)",
    ]);
    expect(call("encode_number_precision", 17)).toEqual([false, outOfRange(1, 16)]);
    expect(call("encode_sparse_array", "x")).toEqual([
      false,
      "bad argument #1 to '?' (invalid option 'x')",
    ]);
    expect(call("encode_keep_buffer", 1)).toEqual([
      false,
      "bad argument #1 to '?' (invalid option '1')",
    ]);
    expect(call("decode_invalid_numbers", "null")).toEqual([
      false,
      "bad argument #1 to '?' (invalid option 'null')",
    ]);
  });

  test("belong to an instance", () => {
    const { call, protect } = open();
    call("encode_max_depth", 7);
    const [, other] = call("new");
    const instance = other as LuaTable;
    expect(protect(instance.getString("encode_max_depth"))).toEqual([true, 1000]);
    expect(protect(instance.getString("encode_max_depth"), 3)).toEqual([true, 3]);
    expect(call("encode_max_depth")).toEqual([true, 7]);
    expect(instance.getString("_NAME")).toBe("cjson");
    expect(instance.getString("_VERSION")).toBe("2.1.0");
  });
});

test("cjson.safe gives nil and a message instead of an error", () => {
  const { call, library } = open(openCjsonSafe);
  expect(call("encode", list(1))).toEqual([true, "[1]"]);
  expect(call("encode", () => 1)).toEqual([
    true,
    undefined,
    "Cannot serialise function: type not supported",
  ]);
  expect(call("decode", "x")).toEqual([
    true,
    undefined,
    "Expected value but found invalid token at character 1",
  ]);
  expect(call("decode", undefined)).toEqual([
    true,
    undefined,
    "bad argument #1 to '?' (string expected, got nil)",
  ]);
  expect(call("decode", "null")).toEqual([true, library.getString("null")]);
  expect(call("decode")).toEqual([false, "bad argument #1 to '?' (expected 1 argument)"]);
});
