import { parse } from "../1-parse/index.ts";
import { SourceText } from "../source.ts";
import { findKnownTypes } from "./findKnownTypes.ts";
import { findLaterFields, recordId, type LaterFields } from "./findLaterFields.ts";
import { resolveScopes } from "./resolveScopes.ts";

function laterFieldsOf(text: string): Record<string, readonly string[]> {
  return Object.fromEntries(analyze(text).laterFields);
}

function analyze(text: string): LaterFields {
  const chunk = parse(new SourceText(text, "@x.lua", "x.lua"), ({ message }) => {
    throw new Error(message);
  });
  if (chunk === undefined) throw new Error("no chunk");
  const scopes = resolveScopes(chunk);
  findKnownTypes(scopes);
  return findLaterFields(scopes);
}

test("fields of a variable with much the same fields, in the order of the source", () => {
  const found = laterFieldsOf(`
    local function insert(n, key)
      if not n then return { key = key, value = 1 } end
      if key < n.key then n.left = insert(n.left, key) else n.right = insert(n.right, key) end
      n.value = n.left.value
      return n
    end
    local function balance(n) n.right.key = n.right.value end`);
  expect(found).toEqual({ "key value": ["left", "right"] });
});

test("of several constructors it is the likest, or all that are", () => {
  const found = laterFieldsOf(`
    local all = { { key = 1, red = true }, { key = 1, h = 1 }, { name = 1, age = 2, next = 3 } }
    local function a(n) n.parent = { n.key, n.red } end
    local function b(n) n.next = { n.key } end`);
  expect(found).toEqual({ "key red": ["parent", "next"], "key h": ["next"] });
});

test.each([
  ["numbers", "n.size, n.depth, n.kind = 1, n.depth + 1, #n"],
  ["what may be numbers", "n.x, n.y = f(), y"],
  ["a number in one place", "n.left = {}; n.left = n.right and 1 or {}"],
  ["methods", "n.left = function() end; function n:right() end"],
  ["names that are values", "n[key] = {}; n[1] = {}"],
  ["what it has already", "n.key = {}"],
])("no room for %s", (_, statement) => {
  expect(
    laterFieldsOf(`
      local made = { key = 1 }
      local function change(n, y, key) print(n.key); ${statement} end`),
  ).toEqual({});
});

test.each([
  ["of other fields", "local function f(p) print(p.name, p.age); p.next = {} end"],
  ["that is declared with a constructor", "local p = { key = 1 }; p.next = {}"],
  ["that is a global", "p = q; print(p.key); p.next = {}"],
])("none for those of a variable %s", (_, code) => {
  expect(laterFieldsOf(`local made = { key = 1 }; ${code}`)).toEqual({});
});

test("tables that begin as empty ones have room behind their first fields", () => {
  const { fieldRooms } = analyze(`
    local function new(key) local self = setmetatable({}, C); self.key, self.n = key, 1; self.list = {}; return self end
    local function plain(key) local self = {}; self.key = key; return self end
    local function other(key) local self = f({}); self.key = key; self.n = 1; self.list = 1 end
    local function use(p) print(p.key, p.n, p.list); p.next = p.next.next end`);
  const found = [...fieldRooms].map(([statement, { name, fields }]) => [
    statement.type === "AssignmentStatement" && statement.targets.length,
    name.name,
    fields,
  ]);
  expect(found).toEqual([[1, "self", ["next"]]]);
});

test("a field whose methods are called holds no number", () => {
  const found = laterFieldsOf(`
    local function make(key) return { key = key } end
    local function insert(n, key)
      if n.left then n.left:insert(key) else n.left = make(key) end
      if n.key then n.right = make(key) end
    end`);
  expect(found).toEqual({ key: ["left"] });
});

test("none for constructors with so many fields that they hold data", () => {
  const names = Array.from({ length: 65 }, (_, index) => `f${String(index)}`);
  const list = (count: number): string => names.slice(0, count).join(" = 1, ");
  const use = `local function f(p) print(p.${names.join(", p.")}); p.next = {} end`;
  expect(laterFieldsOf(`local made = { ${list(65)} = 1 }; ${use}`)).toEqual({});
  expect(Object.values(laterFieldsOf(`local made = { ${list(64)} = 1 }; ${use}`))).toEqual([
    ["next"],
  ]);
});

test("no more than four", () => {
  const found = laterFieldsOf(`
    local made = { key = 1 }
    local function f(p) print(p.key); p.a, p.b, p.c, p.d, p.e = {}, {}, {}, {}, {} end`);
  expect(found).toEqual({ key: ["a", "b", "c", "d"] });
});

test("names that are no words make no list that looks like another one", () => {
  const lists = [["a b"], ["a", "b"], ['["a', 'b"]'], ["a b", "c"], ["a", "b c"], [""], []];
  expect(new Set(lists.map(recordId)).size).toBe(lists.length);
});
