/** Expected values are what LuaJIT 2.1 gives for the same calls. */
import { errorOf } from "../core/error.testkit.ts";
import { LuaState, type DialectName } from "../core/state.ts";
import { record } from "../core/table.testkit.ts";
import { LuaTable } from "../core/table.ts";
import type { LuaFunction, LuaValue, Results } from "../core/value.ts";
import type { Host } from "../host.ts";
import { openOs } from "./os.ts";

const ENOENT = { message: "No such file or directory", errno: 2 };

interface Surroundings {
  readonly nowMs?: number;
  readonly exitCode?: number;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Thrown by the host's `exit`. */
class Exit {
  readonly code: number;

  constructor(code: number) {
    this.code = code;
  }
}

function newState(surroundings: Surroundings = {}, dialect: DialectName = "luajit"): LuaState {
  const host = {
    files: {
      read: () => ENOENT,
      remove: (path: string) => (path === "there" ? undefined : ENOENT),
      rename: (from: string) => (from === "there" ? undefined : ENOENT),
      temporaryName: () => "/tmp/lua_000000",
    },
    clock: { nowMs: () => surroundings.nowMs ?? 0, cpuSeconds: () => 0.25 },
    process: {
      environmentVariable: (name: string) => surroundings.variables?.[name],
      execute: (command?: string) => (command === undefined ? 1 : surroundings.exitCode),
      exit: (code: number) => {
        throw new Exit(code);
      },
    },
  } as unknown as Host;
  return new LuaState({ host, dialect, helpers: {} });
}

function call(state: LuaState, name: string, ...values: LuaValue[]): Results {
  return state.enter(() => (openOs().getString(name) as LuaFunction)(...values));
}

const state = newState({ variables: { TZ: "CET-1CEST,M3.5.0,M10.5.0/3", HOME: "/root" } });

describe("date", () => {
  test.each([
    ["%c", "Sat Feb 14 00:31:30 2009"],
    ["!%c", "Fri Feb 13 23:31:30 2009"],
    ["!%A %a %B %b %h", "Friday Fri February Feb Feb"],
    ["!%d %e %m %y %Y %C %F %D %x", "13 13 02 09 2009 20 2009-02-13 02/13/09 02/13/09"],
    ["!%H %I %k %l %M %S %p %P", "23 11 23 11 31 30 PM pm"],
    ["!%X %T %R %r", "23:31:30 23:31:30 23:31 11:31:30 PM"],
    ["!%j %U %W %V %G %g %u %w", "044 06 06 07 2009 09 5 5"],
    ["!%n%t%%", "\n\t%"],
    ["%Z %z %s", "CET +0100 1234567890"],
    ["!%Z %z", "GMT +0000"],
    ["!%Ec %Od %Ey", "Fri Feb 13 23:31:30 2009 13 09"],
    ["!%-m %_m %5d %^a %#Z %10Y %05e", "2  2 00013 FRI gmt 0000002009 00013"],
    ["!%Q %E %Ed %", "%Q %E %Ed %"],
    ["!%Y\0%Y", "2009"],
    ["", ""],
    ["*tx", "*tx"],
  ])("%p", (format, expected) => {
    expect(call(state, "date", format, 1234567890)).toBe(expected);
  });

  test.each([
    [-1, "1969-12-31 23:59:59"],
    [-62198755200, "-1-01-01 00:00:00"],
    [253402300800, "10000-01-01 00:00:00"],
    [951782400, "2000-02-29 00:00:00"],
    [-2203977600, "1900-02-28 00:00:00"],
    [1.9, "1970-01-01 00:00:01"],
    [2 ** 55, "1141709097-06-13 06:26:08"],
  ])("of the second %p", (seconds, expected) => {
    expect(call(state, "date", "!%F %T", seconds)).toBe(expected);
  });

  test.each([
    [1230768000, "2009-W01"],
    [1262304000, "2009-W53"],
    [1609459200, "2020-W53"],
    [1546214400, "2019-W01"],
  ])("week of the second %p", (seconds, expected) => {
    expect(call(state, "date", "!%G-W%V", seconds)).toBe(expected);
  });

  test("as a table", () => {
    const table = call(state, "date", "*t", 1593604800) as LuaTable;
    expect(Object.fromEntries(entriesOf(table))).toEqual({
      sec: 0,
      min: 0,
      hour: 14,
      day: 1,
      month: 7,
      year: 2020,
      wday: 4,
      yday: 183,
      isdst: true,
    });
  });

  test("beyond all calendars is nil", () => {
    expect(call(state, "date", "!%Y", 1e18)).toBeUndefined();
    expect(call(state, "date", "!%Y", NaN)).toBeUndefined();
  });

  test("now", () => {
    const now = newState({ nowMs: 1234567890999 });
    expect(call(now, "date")).toBe("Fri Feb 13 23:31:30 2009");
    expect(call(now, "time")).toBe(1234567890);
  });
});

function entriesOf(table: LuaTable): [string, LuaValue][] {
  return ["sec", "min", "hour", "day", "month", "year", "wday", "yday", "isdst"].map((name) => [
    name,
    table.getString(name),
  ]);
}

describe("time", () => {
  const utc = newState({ variables: { TZ: "" } });

  test.each([
    [{ year: 2020, month: 1, day: 1 }, 1577880000],
    [{ year: 2020, month: 1, day: 1, hour: 0 }, 1577836800],
    [{ year: "2020", month: "1", day: "1", hour: "5" }, 1577854800],
    [{ year: 2020, month: 14, day: -3, hour: 50, min: -5, sec: 1000 }, 1611972700],
    [{ year: 2020.9, month: 1.2, day: 1.5, hour: 0.5 }, 1577836800],
    [{ year: 2020, month: 1, day: 1, hour: "z" }, 1577880000],
    [{ year: -500, month: 1, day: 1, hour: 0 }, -77945673600],
    [{ year: 1969, month: 12, day: 31, hour: 23, min: 59, sec: 59 }, undefined],
    [{ year: 2020, month: 7, day: 1, isdst: true }, 1593601200],
  ])("of %j", (fields, expected) => {
    expect(call(utc, "time", record(fields))).toBe(expected);
  });

  test("is local", () => {
    const fields = record({ year: 2020, month: 7, day: 1 });
    expect(call(state, "time", fields)).toBe(1593597600);
  });

  test("follows __index", () => {
    const table = new LuaTable();
    table.metatable = record({ __index: record({ year: 2020, month: 1, day: 1 }) });
    expect(call(utc, "time", table)).toBe(1577880000);
  });

  test("needs day, month and year", () => {
    expect(errorOf(() => call(utc, "time", record({ year: 2020 })))).toBe(
      "field 'day' missing in date table",
    );
    expect(errorOf(() => call(utc, "time", record({ day: 1, month: 1, year: "x" })))).toBe(
      "field 'year' missing in date table",
    );
  });
});

test("difftime cuts to whole seconds", () => {
  expect(call(state, "difftime", 5.7, "3.2")).toBe(2);
  expect(call(state, "difftime", 5)).toBe(5);
});

test("execute gives the status of system(3)", () => {
  expect(call(newState({ exitCode: 3 }), "execute", "x")).toBe(768);
  expect(call(newState({ exitCode: -9 }), "execute", "x")).toBe(9);
  expect(call(newState(), "execute")).toBe(1);
});

test("execute with Lua 5.2 compatibility says how the command ended", () => {
  expect(call(newState({ exitCode: 0 }, "openresty"), "execute", "x")).toEqual([true, "exit", 0]);
  expect(call(newState({ exitCode: 3 }, "openresty"), "execute", "x")).toEqual([
    undefined,
    "exit",
    3,
  ]);
  expect(call(newState({ exitCode: -9 }, "openresty"), "execute", "x")).toEqual([
    undefined,
    "signal",
    9,
  ]);
  expect(call(newState({}, "openresty"), "execute")).toBe(true);
});

test.each([
  [[], 0],
  [[true], 0],
  [[false], 1],
  [["7"], 7],
])("exit(%p) ends with %p", (values, expected) => {
  expect(() => call(state, "exit", ...values)).toThrow(Exit);
  try {
    call(state, "exit", ...values);
  } catch (thrown) {
    expect((thrown as Exit).code).toBe(expected);
  }
});

test("files", () => {
  expect(call(state, "remove", "there")).toBe(true);
  expect(call(state, "remove", "x")).toEqual([undefined, "x: No such file or directory", 2]);
  expect(call(state, "rename", "x", "y")).toEqual([undefined, "x: No such file or directory", 2]);
  expect(call(state, "tmpname")).toBe("/tmp/lua_000000");
});

test("environment, clock, locale", () => {
  expect(call(state, "getenv", "HOME")).toBe("/root");
  expect(call(state, "getenv", "NOPE")).toBeUndefined();
  expect(call(state, "clock")).toBe(0.25);
  expect(call(state, "setlocale")).toBe("C");
  expect(call(state, "setlocale", "POSIX", "numeric")).toBe("C");
  expect(call(state, "setlocale", "xx_YY")).toBeUndefined();
  expect(errorOf(() => call(state, "setlocale", "C", "foo"))).toBe(
    "bad argument #2 to '?' (invalid option 'foo')",
  );
});
