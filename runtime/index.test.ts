import { createTestHost } from "./stdlib/base/state.testkit.ts";
import { createState, LuaTable, type DialectName, type LuaState, type LuaValue } from "./index.ts";

function open(dialect: DialectName): LuaState {
  const { host } = createTestHost({ builtinModules: { greet: "return (name) => 'hi ' + name" } });
  return createState({ host, dialect });
}

function at(state: LuaState, ...path: string[]): LuaValue {
  let value: LuaValue = state.globals;
  for (const key of path) value = value instanceof LuaTable ? value.getString(key) : undefined;
  return value;
}

const LIBRARIES = "coroutine debug io math os package string table bit".split(" ");

test.each(LIBRARIES)("the library %s is a global variable and a loaded module", (name) => {
  const state = open("luajit");
  expect(at(state, name)).toBeInstanceOf(LuaTable);
  expect(state.loaded.getString(name)).toBe(at(state, name));
});

test("_G is the globals", () => {
  const state = open("luajit");
  expect(at(state, "_G")).toBe(state.globals);
  expect(state.loaded.getString("_G")).toBe(state.globals);
  expect(at(state, "package", "loaded")).toBe(state.loaded);
});

test("strings have the string library as methods", () => {
  const state = open("luajit");
  expect(state.typeMetatables.string?.getString("__index")).toBe(at(state, "string"));
});

test("Lua 5.2 compatibility adds functions", () => {
  for (const path of [["rawlen"], ["table", "pack"], ["table", "unpack"]]) {
    expect(at(open("luajit"), ...path)).toBeUndefined();
    expect(typeof at(open("openresty"), ...path)).toBe("function");
  }
});

test("require finds the modules that come with spacer", () => {
  const state = open("openresty");
  const load = (name: string) => state.call(at(state, "require"), name)[0];
  expect(load("greet")).toBe("hi greet");
  expect(load("cjson")).toBeInstanceOf(LuaTable);
  expect(load("cjson.safe")).not.toBe(load("cjson"));
  expect(load("flow")).toBeInstanceOf(LuaTable);
  expect(typeof load("table.new")).toBe("function");
  expect(typeof load("table.clear")).toBe("function");
  expect(() => load("ffi")).toThrow();
});

test("two states share no table", () => {
  const [one, other] = [open("luajit"), open("luajit")];
  for (const name of [...LIBRARIES, "_G"]) expect(at(one, name)).not.toBe(at(other, name));
  const [ours, theirs] = [one, other].map((state) => state.call(at(state, "require"), "cjson")[0]);
  expect(ours).not.toBe(theirs);
});
