/**
 * Expected results are what LuaJIT 2.1 prints for `print(pcall(f, ...))`; the modules themselves are
 * those of base/state.testkit.ts.
 */
import { raise } from "../core/error.ts";
import { LuaTable } from "../core/table.ts";
import { plainText } from "../core/toText.ts";
import type { LuaValue } from "../core/value.ts";
import { createTestState, type TestStateOptions } from "./base/state.testkit.ts";
import { callFirst } from "../core/call.ts";
import { openPackage, requireModule } from "./package.ts";

const FILES = {
  "./table.lua": "return (...values) => values[0]",
  "./silent.lua": "return () => []",
  "./falsy.lua": "return () => false",
  "./faulty.lua": "x x",
  "./folder/module.lua": "return (...values) => ['loaded ' + values.join()]",
  "./package/init.lua": "return () => 'init'",
  "./library.so": "",
};

function open(options: TestStateOptions = {}) {
  const test = createTestState({ files: FILES, ...options });
  const { state } = test;
  const library = state.enter(() =>
    openPackage(state, (_state, name) =>
      name.startsWith("builtin.") ? () => `the built-in ${name}` : undefined,
    ),
  );
  library.setString("path", "./?.lua;./?/init.lua");
  library.setString("cpath", "./?.so");
  const field = (name: string): LuaTable => library.getString(name) as LuaTable;
  const load = (...values: LuaValue[]) => test.protect(requireModule, ...values);
  return { ...test, library, field, load };
}

describe("require", () => {
  test("loads a module once", () => {
    const { load, field } = open();
    expect(load("table")).toEqual([true, "table"]);
    field("loaded").setString("table", "changed");
    expect(load("table")).toEqual([true, "changed"]);
    expect(load("package")).toEqual([true, "init"]);
  });

  test("passes the name; dots and slashes both separate folders, but name two modules", () => {
    const { load, field } = open();
    expect(load("folder.module")).toEqual([true, "loaded folder.module"]);
    expect(load("folder/module")).toEqual([true, "loaded folder/module"]);
    expect(field("loaded").getString("folder.module")).toBe("loaded folder.module");
  });

  test("a module without a result is true, unless it set one", () => {
    const { load, field } = open();
    const loaded = field("loaded");
    expect(load("silent")).toEqual([true, true]);
    field("preload").setString("own", (name: LuaValue) => {
      loaded.set(name, "set by itself");
      return [];
    });
    expect(load("own")).toEqual([true, "set by itself"]);
    expect(load("falsy")).toEqual([true, false]);
    expect(loaded.getString("falsy")).toBe(false);
  });

  test("says where it looked", () => {
    const { load } = open();
    expect(load("nope.x")).toEqual([
      false,
      "module 'nope.x' not found:\n\tno field package.preload['nope.x']" +
        "\n\tno file './nope/x.lua'\n\tno file './nope/x/init.lua'" +
        "\n\tno file './nope/x.so'\n\tno file './nope.so'",
    ]);
    expect(load("nope/x")).toEqual([
      false,
      "module 'nope/x' not found:\n\tno field package.preload['nope/x']" +
        "\n\tno file './nope/x.lua'\n\tno file './nope/x/init.lua'\n\tno file './nope/x.so'",
    ]);
    expect(load(12)[1]).toMatch(/^module '12' not found:/);
    expect(load()).toEqual([false, "bad argument #1 to '?' (string expected, got no value)"]);
  });

  test("does not search past a C library silently", () => {
    const { load } = open();
    expect(load("library")[1]).toMatch(/\n\tC library '.\/library.so' can't be loaded/);
  });

  test("a module with a mistake can be tried again, one that failed can not", () => {
    const { load, field } = open();
    const message = [
      false,
      "error loading module 'faulty' from file './faulty.lua':" +
        "\n\t./faulty.lua:1: '=' expected near 'x'",
    ];
    expect(load("faulty")).toEqual(message);
    expect(load("faulty")).toEqual(message);
    field("preload").setString("failing", () => raise("boom"));
    expect(load("failing")).toEqual([false, "boom"]);
    const refused = [false, "loop or previous error loading module 'failing'"];
    expect(load("failing")).toEqual(refused);
    expect(load("failing")).toEqual(refused);
    field("loaded").setString("failing", undefined);
    expect(load("failing")).toEqual([false, "boom"]);
  });

  test("refuses a module that requires itself", () => {
    const { load, field } = open();
    field("preload").setString("a", () => callFirst(requireModule, "b"));
    field("preload").setString("b", () => callFirst(requireModule, "a"));
    expect(load("a")).toEqual([false, "loop or previous error loading module 'a'"]);
  });
});

describe("loaders", () => {
  test("are LuaJIT's four, the last of which finds built-in modules", () => {
    const { field, load } = open({ files: { "./builtin/b.lua": "return () => 'own'" } });
    expect(field("loaders").length()).toBe(4);
    expect(load("builtin.a")).toEqual([true, "the built-in builtin.a"]);
    expect(load("builtin.b")).toEqual([true, "own"]);
  });

  test("can be replaced", () => {
    const { library, load } = open();
    const loaders = new LuaTable();
    library.setString("loaders", loaders);
    expect(load("zz")).toEqual([false, "module 'zz' not found:"]);
    loaders.push((name) => `\n\tcustom ${plainText(name)}`);
    expect(load("zz")).toEqual([false, "module 'zz' not found:\n\tcustom zz"]);
    loaders.push(() => []);
    loaders.push(() => 5);
    expect(load("zz")).toEqual([false, "module 'zz' not found:\n\tcustom zz5"]);
    loaders.push(() => (name: LuaValue) => `found ${plainText(name)}`);
    expect(load("zz")).toEqual([true, "found zz"]);
    library.setString("loaders", undefined);
    expect(load("yy")).toEqual([false, "'package.loaders' must be a table"]);
  });

  test("want their settings", () => {
    const { library, load } = open();
    library.setString("cpath", undefined);
    expect(load("zz")).toEqual([false, "'package.cpath' must be a string"]);
    library.setString("path", undefined);
    expect(load("zz")).toEqual([false, "'package.path' must be a string"]);
    library.setString("preload", undefined);
    expect(load("zz")).toEqual([false, "'package.preload' must be a table"]);
  });

  test("preload may hold something else than a function", () => {
    const { library, field, load } = open();
    field("preload").setString("seven", 7);
    library.setString("cpath", "");
    expect(load("seven")[1]).toMatch(/^module 'seven' not found:7\n/);
  });
});

describe("searchpath", () => {
  const { library, protect } = open({ files: { "./sub/a.lua": "", "sub/a.lua": "" } });
  const search = (...values: LuaValue[]) => protect(library.getString("searchpath"), ...values);

  test.each<[string[], string]>([
    [["zz", "./?.lua;./?/init.lua"], "\n\tno file './zz.lua'\n\tno file './zz/init.lua'"],
    [["a.b", "?.x;?", "%"], "\n\tno file 'a.b.x'\n\tno file 'a.b'"],
    [["a.b.c", "?.x", ""], "\n\tno file 'a.b.c.x'"],
    [["a.b.c", "?.x", ".", "_"], "\n\tno file 'a_b_c.x'"],
    [["a.b", "?.x", ".", "%1$&"], "\n\tno file 'a%1$&b.x'"],
    [["$&", "?.x"], "\n\tno file '$&.x'"],
    [["a", ""], ""],
    [["a", ";;"], ""],
  ])("%j", (values, tried) => {
    expect(search(...values)).toEqual([true, undefined, tried]);
  });

  test("finds the first file", () => {
    expect(search("sub.a", "none/?;./?.lua;?.lua")).toEqual([true, "./sub/a.lua"]);
    expect(search("a")).toEqual([false, "bad argument #2 to '?' (string expected, got no value)"]);
  });
});

test("the rest of the table", () => {
  const { library, state, protect } = open();
  expect(library.getString("config")).toBe("/\n;\n?\n!\n-\n");
  expect(library.getString("loaded")).toBe(state.loaded);
  const [isFine, nothing, message, where] = protect(library.getString("loadlib"), "x", "y");
  expect([isFine, nothing, where]).toEqual([true, undefined, "absent"]);
  expect(message).toMatch(/^x: /);
  const module = new LuaTable();
  expect(protect(library.getString("seeall"), module)).toEqual([true]);
  expect(module.metatable?.getString("__index")).toBe(state.globals);
});

test("LUA_PATH replaces the path, in which ;; means the default", () => {
  const pathWith = (path: string): LuaValue => {
    const { state } = createTestState({ environmentVariables: { LUA_PATH: path } });
    return state.enter(() => openPackage(state, () => undefined)).getString("path");
  };
  expect(pathWith("a/?.lua")).toBe("a/?.lua");
  expect(pathWith("a/?.lua;;")).toMatch(/^a\/\?\.lua;\.\/\?\.lua;.*\/5\.1\/\?\/init\.lua;$/);
});
