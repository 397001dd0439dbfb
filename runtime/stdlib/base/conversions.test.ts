/** Expected results are what LuaJIT 2.1 prints for `print(pcall(f, ...))`. */
import { LuaTable } from "../../core/table.ts";
import { plainText } from "../../core/toText.ts";
import type { LuaValue } from "../../core/value.ts";
import { createTestState } from "./state.testkit.ts";

const { call, state, protect } = createTestState();

function withText(handler: LuaValue): LuaTable {
  const table = new LuaTable();
  table.metatable = new LuaTable();
  table.metatable.setString("__tostring", handler);
  return table;
}

test("type needs an argument, which may be nil", () => {
  expect(call("type", undefined)).toEqual([true, "nil"]);
  expect(call("type", new LuaTable(), 5)).toEqual([true, "table"]);
  expect(call("type")).toEqual([false, "bad argument #1 to '?' (value expected)"]);
});

test("tostring gives back whatever __tostring returns", () => {
  const other = new LuaTable();
  expect(call("tostring", undefined)).toEqual([true, "nil"]);
  expect(call("tostring", -0)).toEqual([true, "-0"]);
  expect(call("tostring", "s", "ignored")).toEqual([true, "s"]);
  expect(
    call(
      "tostring",
      withText(() => 1),
    ),
  ).toEqual([true, 1]);
  expect(
    call(
      "tostring",
      withText(() => other),
    ),
  ).toEqual([true, other]);
  expect(
    call(
      "tostring",
      withText(() => ["a", "b"]),
    ),
  ).toEqual([true, "a", "b"]);
  expect(call("tostring", withText(1))).toEqual([false, "attempt to call a number value"]);
  expect(call("tostring")).toEqual([false, "bad argument #1 to '?' (value expected)"]);
});

test.each<[LuaValue[], LuaValue]>([
  [["10", 2], 2],
  [["zz", 36], 1295],
  [["8", 8], undefined],
  [[" -11\t", 2], -3],
  [["", 2], undefined],
  [["0x10", 16], 16],
  [[10, 16], 16],
  [[1.5, 16], undefined],
  [["ffffffffffffffff", 16], 2 ** 64],
  [["1\0", 2], 1],
  [["1e1", 10], 10],
  [["10", 10.7], 10],
  [["10", "2"], 2],
  [["10", undefined], 10],
  [[undefined], undefined],
  [[undefined, 10], undefined],
  [[true], undefined],
])("tonumber %j", (values, number) => {
  expect(call("tonumber", ...values)).toEqual([true, number]);
});

test("tonumber checks its arguments", () => {
  expect(call("tonumber")).toEqual([false, "bad argument #1 to '?' (value expected)"]);
  const outOfRange = "bad argument #2 to '?' (base out of range)";
  expect(call("tonumber", "1", 1)).toEqual([false, outOfRange]);
  expect(call("tonumber", "1", 37)).toEqual([false, outOfRange]);
  expect(call("tonumber", undefined, 16)).toEqual([
    false,
    "bad argument #1 to '?' (string expected, got nil)",
  ]);
  expect(call("tonumber", "10", "a")).toEqual([
    false,
    "bad argument #2 to '?' (number expected, got string)",
  ]);
});

describe("print", () => {
  test("separates by tabs and uses the global tostring", () => {
    const printing = createTestState();
    const { globals } = printing.state;
    const tostring = globals.getString("tostring");
    expect(printing.call("print")).toEqual([true]);
    printing.call(
      "print",
      1,
      undefined,
      true,
      "a\0b",
      withText(() => 5),
    );
    globals.setString("tostring", (value: LuaValue) => `<${plainText(value)}>`);
    printing.call("print", "s", 1);
    globals.setString("tostring", tostring);
    expect(printing.output()).toBe("\n1\tnil\ttrue\ta\0b\t5\n<s>\t<1>\n");
  });

  test("wants texts", () => {
    const message = "'tostring' must return a string to 'print'";
    expect(
      call(
        "print",
        withText(() => undefined),
      ),
    ).toEqual([false, message]);
    state.globals.setString("tostring", undefined);
    expect(protect(state.globals.getString("print"), 1)).toEqual([
      false,
      "attempt to call a nil value",
    ]);
  });
});
