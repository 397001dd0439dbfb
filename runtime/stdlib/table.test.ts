/** Expected values are what LuaJIT 2.1 prints for the same calls. */
import { NONE } from "../core/call.ts";
import { errorOf } from "../core/error.testkit.ts";
import { globalCell } from "../core/environment.ts";
import { nextEntry } from "../core/iterate.ts";
import { LuaState, type DialectName } from "../core/state.ts";
import { list } from "../core/table.testkit.ts";
import { LuaTable } from "../core/table.ts";
import type { LuaFunction, LuaValue, Results } from "../core/value.ts";
import type { Host } from "../host.ts";
import { openTable } from "./table.ts";
import { clearTable, newTable } from "./table/modules.ts";

const state = newState("luajit");
const library = openTable(state);

function newState(dialect: DialectName): LuaState {
  return new LuaState({ host: {} as Host, dialect, helpers: {} });
}

function elements(table: LuaTable, from: number, to: number): LuaValue[] {
  const values: LuaValue[] = [];
  for (let luaIndex = from; luaIndex <= to; luaIndex++) values.push(table.getNumber(luaIndex));
  return values;
}

function call(name: string, ...values: LuaValue[]): Results {
  return state.enter(() => (library.getString(name) as LuaFunction)(...values));
}

describe("concat", () => {
  test("joins strings and numbers", () => {
    expect(call("concat", list("a", 1.5, -0, 1e100, 2 ** 53), " ")).toBe(
      "a 1.5 -0 1e+100 9.007199254741e+15",
    );
    expect(call("concat", list(1, 2, 3))).toBe("123");
    expect(call("concat", list(1, 2), 0)).toBe("102");
  });

  test.each([31, 32, 33, 34, 100, 2047, 2048, 2049, 5000])(
    "joins %d pieces of all lengths",
    (count) => {
      for (const longest of [1, 4, 5, 40]) {
        for (const separator of ["", ",", "\xff\0", "12345"]) {
          const pieces = Array.from({ length: count }, (_, index) =>
            String.fromCharCode(index % 256).repeat((index * 7) % (longest + 1)),
          );
          expect(call("concat", list(...pieces), separator)).toBe(pieces.join(separator));
        }
      }
    },
  );

  test("takes a range, cut to whole numbers", () => {
    expect(call("concat", list(1, 2, 3), ",", 1.9, 2.9)).toBe("1,2");
    expect(call("concat", list(1, 2), ",", 3)).toBe("");
    expect(call("concat", list(1, 2), ",", 1, 2 ** 40 + 2)).toBe("");
    const far = new LuaTable();
    far.setNumber(2147483647, "x");
    expect(call("concat", far, "", 2147483647, 2147483647)).toBe("x");
  });

  test("names the first element that is no string", () => {
    expect(errorOf(() => call("concat", list(1, 2, 3), ",", 1, 5))).toBe(
      "invalid value (nil) at index 4 in table for 'concat'",
    );
    expect(errorOf(() => call("concat", list(1, true, 3)))).toBe(
      "invalid value (boolean) at index 2 in table for 'concat'",
    );
    expect(errorOf(() => call("concat", list(1, 2), ",", 2 ** 32 + 1))).toBe(
      "invalid value (nil) at index -2147483648 in table for 'concat'",
    );
  });
});

describe("insert", () => {
  test("shifts up from a position inside", () => {
    const table = list(1, 2, 3);
    call("insert", table, 2.7, "x");
    expect(elements(table, 1, 5)).toEqual([1, "x", 2, 3, undefined]);
  });

  test("takes positions before and behind the list as they are", () => {
    const table = list(1, 2, 3);
    call("insert", table, -2, "x");
    expect(elements(table, -2, 5)).toEqual([
      "x",
      undefined,
      undefined,
      undefined,
      1,
      2,
      3,
      undefined,
    ]);
    const short = list(1, 2, 3);
    call("insert", short, 10, "x");
    expect([short.length(), short.getNumber(10)]).toEqual([3, "x"]);
  });

  test("joins the elements that wait behind the list", () => {
    const table = list("a", "b");
    table.setNumber(9, "d");
    for (let count = 0; count < 6; count++) call("insert", table, 1, "x");
    expect([table.length(), ...elements(table, 7, 9)]).toEqual([9, "a", "b", "d"]);
  });

  test("takes nil, too", () => {
    const table = list(1, 2, 3);
    call("insert", table, 2, undefined);
    expect(elements(table, 1, 4)).toEqual([1, undefined, 2, 3]);
    expect(call("insert", table, undefined)).toBe(NONE);
    expect(table.length()).toBe(4);
  });

  test("refuses wrong arguments", () => {
    expect(errorOf(() => call("insert", list()))).toBe("wrong number of arguments to 'insert'");
    expect(errorOf(() => call("insert", list(), 1, 2, 3))).toBe(
      "wrong number of arguments to 'insert'",
    );
    expect(errorOf(() => call("insert", list(), "x", 3))).toBe(
      "bad argument #2 to '?' (number expected, got string)",
    );
  });
});

describe("remove", () => {
  test("closes the gap", () => {
    const table = list(1, 2, 3, 4);
    expect(call("remove", table, "2")).toBe(2);
    expect(call("remove", table, 1)).toBe(1);
    expect(elements(table, 1, 3)).toEqual([3, 4, undefined]);
    expect(call("remove", table)).toBe(4);
    expect(call("remove", table, undefined)).toBe(3);
    expect(table.length()).toBe(0);
  });

  test("gives no result when there is nothing to remove", () => {
    expect(call("remove", list())).toEqual([]);
    expect(call("remove", list(), 1)).toEqual([]);
    expect(call("remove", list(1, 2, 3), 0)).toEqual([]);
    expect(call("remove", list(1, 2, 3), 4)).toEqual([]);
  });

  test("calls a missing table nil", () => {
    expect(errorOf(() => call("remove"))).toBe("bad argument #1 to '?' (table expected, got nil)");
  });
});

test("move copies in the right order when ranges overlap", () => {
  expect(elements(call("move", list(1, 2, 3), 1, 3, 2) as LuaTable, 1, 4)).toEqual([1, 1, 2, 3]);
  expect(elements(call("move", list(1, 2, 3), 2, 3, 1) as LuaTable, 1, 4)).toEqual([
    2,
    3,
    3,
    undefined,
  ]);
  const target = list(9, 9);
  expect(call("move", list(1, 2, 3), 1, 3, 3, target)).toBe(target);
  expect(elements(target, 1, 5)).toEqual([9, 9, 1, 2, 3]);
  expect(errorOf(() => call("move", list(), 1, 2))).toBe(
    "bad argument #4 to '?' (number expected, got nil)",
  );
});

test("maxn finds the largest positive key", () => {
  const table = list(1, 2);
  table.setNumber(100, 1);
  table.setNumber(5.5, 1);
  table.setNumber(-7, 1);
  expect(call("maxn", table)).toBe(100);
  table.setNumber(100, undefined);
  expect(call("maxn", table)).toBe(5.5);
  expect(call("maxn", list())).toBe(0);
});

test("foreach and foreachi stop at the first result", () => {
  const seen: LuaValue[] = [];
  const visit: LuaFunction = (key, value) => {
    seen.push(key, value);
    return key === 2 ? ["stop", 3] : NONE;
  };
  expect(call("foreach", list(10, 20, 30), visit)).toBe("stop");
  expect(call("foreachi", list(10, 20, 30), visit)).toBe("stop");
  expect(seen).toEqual([1, 10, 2, 20, 1, 10, 2, 20]);
  expect(call("foreach", list(10), () => NONE)).toEqual([]);
  expect(errorOf(() => call("foreachi", list(10)))).toBe(
    "bad argument #2 to '?' (function expected, got nil)",
  );
});

describe("sort", () => {
  test.each([5, 40])("sorts %i numbers and strings", (length) => {
    const numbers = Array.from({ length }, (_, offset) => (offset * 7919) % 101);
    const table = list(...numbers);
    call("sort", table);
    expect(elements(table, 1, length)).toEqual(numbers.toSorted((a, b) => a - b));
    const words = list(...numbers.map((number) => `\xff${String(number)}`));
    call("sort", words);
    expect(elements(words, 1, length)).toEqual(numbers.map((n) => `\xff${String(n)}`).toSorted());
  });

  test("asks the order function what LuaJIT asks", () => {
    const asked: string[] = [];
    const table = list(3, 1, 4, 1, 5, 9, 2, 6);
    call("sort", table, (left, right) => {
      const [a, b] = [left as number, right as number];
      asked.push(`${String(a)}<${String(b)}`);
      return a < b;
    });
    expect(elements(table, 1, 8)).toEqual([1, 1, 2, 3, 4, 5, 6, 9]);
    expect(asked.join(" ")).toBe(
      "6<3 1<3 1<3 4<3 3<9 3<5 3<2 4<3 3<2 2<1 1<1 2<1 6<5 9<5 6<9 4<6 6<6 6<4 4<5",
    );
  });

  test("refuses an order that makes no sense", () => {
    const table = list(...Array.from({ length: 20 }, (_, offset) => offset));
    expect(errorOf(() => call("sort", table, () => true))).toBe(
      "invalid order function for sorting",
    );
  });

  test("names what can't be compared", () => {
    expect(errorOf(() => call("sort", list(3, "a", 2)))).toBe(
      "attempt to compare string with number",
    );
    expect(errorOf(() => call("sort", list(3, undefined, 2, 1)))).toBe(
      "attempt to compare nil with number",
    );
    expect(errorOf(() => call("sort", list(list(), list())))).toBe(
      "attempt to compare two table values",
    );
    expect(errorOf(() => call("sort", list(3, 2), 5))).toBe(
      "bad argument #2 to '?' (function expected, got number)",
    );
  });
});

test("table.clear empties a table during a walk and keeps its metatable", () => {
  const table = list(1, 2);
  table.setString("x", 1);
  table.metatable = new LuaTable();
  state.enter(() => clearTable(table));
  expect([nextEntry(table, undefined), table.metatable]).toEqual([undefined, new LuaTable()]);
});

test("table.clear of the global table reaches the variables", () => {
  const cell = globalCell(state.globals, "answer");
  cell.v = 42;
  state.enter(() => clearTable(state.globals));
  expect(cell.v).toBeUndefined();
});

test("table.new wants both sizes", () => {
  expect(state.enter(() => newTable(1, 2))).toBeInstanceOf(LuaTable);
  expect(errorOf(() => state.enter(() => newTable(1)))).toBe(
    "bad argument #2 to '?' (number expected, got no value)",
  );
});

test("pack is there in the dialect with Lua 5.2 compatibility only", () => {
  expect(library.getString("pack")).toBeUndefined();
  const openresty = newState("openresty");
  const pack = openTable(openresty).getString("pack") as LuaFunction;
  const packed = openresty.enter(() => pack(1, undefined)) as LuaTable;
  expect([packed.getString("n"), packed.getNumber(1), packed.length()]).toEqual([2, 1, 1]);
});
