/**
 * Shows Lua's tables, userdata and coroutines in debuggers as Lua writes them, not as the objects they are in
 * JavaScript. VS Code calls methods named by symbols; Chrome asks the page-wide `devtoolsFormatters`, where
 * custom formatters are switched on in its settings.
 *
 * Whatever is called here runs while a program stands still, so nothing calls Lua.
 */
import { LuaTable, LuaThread, LuaUserdata, type LuaValue } from "../../runtime/index.ts";
import { fromBytes } from "../bytes.ts";

/** Of what VS Code's debugger calls (microsoft/vscode-js-debug, "Custom Object Previews"). */
const DESCRIPTION = Symbol.for("debug.description");
const PROPERTIES = Symbol.for("debug.properties");

/** How many entries of a table, and how many levels of tables in tables, a line shows. */
const MAX_ENTRIES = 8;
const MAX_DEPTH = 2;

/** May be called more than once. */
export function showValuesAsLua(): void {
  for (const { prototype } of [LuaTable, LuaUserdata, LuaThread]) {
    define(prototype, DESCRIPTION, function (this: LuaValue) {
      return describeValue(this);
    });
  }
  define(LuaTable.prototype, PROPERTIES, function (this: LuaTable) {
    return entriesAsProperties(this);
  });
  const realm = globalThis as { devtoolsFormatters?: unknown[] };
  const others = (realm.devtoolsFormatters ?? []).filter((each) => each !== CHROME_FORMATTER);
  realm.devtoolsFormatters = [...others, CHROME_FORMATTER];
}

function define(prototype: object, name: symbol, value: (this: never) => unknown): void {
  Object.defineProperty(prototype, name, { value, configurable: true });
}

/** One line: `{1, 2, name = "x", [true] = {...}}`. */
export function describeValue(value: LuaValue, depth = 0): string {
  switch (typeof value) {
    case "undefined":
      return "nil";
    case "string":
      return JSON.stringify(fromBytes(value));
    case "function":
      return value.name === "" ? "function" : `function ${value.name}`;
    case "object":
      return describeObject(value, depth);
    default:
      return String(value);
  }
}

function describeObject(value: LuaTable | LuaUserdata | LuaThread, depth: number): string {
  if (value instanceof LuaThread) return `coroutine (${value.status})`;
  if (!(value instanceof LuaTable)) return "userdata";
  if (depth >= MAX_DEPTH) return "{...}";
  const parts: string[] = [];
  for (const [key, entry] of entriesOf(value)) {
    if (parts.length >= MAX_ENTRIES) {
      parts.push("...");
      break;
    }
    const text = describeValue(entry, depth + 1);
    // Elements of a list go without their keys.
    parts.push(key === parts.length + 1 ? text : `${describeKey(key)} = ${text}`);
  }
  return `{${parts.join(", ")}}`;
}

function describeKey(key: LuaValue): string {
  const isName = typeof key === "string" && /^[A-Za-z_]\w*$/.test(key);
  return isName ? key : `[${describeValue(key, MAX_DEPTH)}]`;
}

/** The entries in the order of `pairs`. */
function* entriesOf({ array, fields, hash }: LuaTable): Generator<[LuaValue, LuaValue]> {
  for (const [index, value] of array.entries()) if (value !== undefined) yield [index + 1, value];
  for (const key of Object.keys(fields)) {
    if (fields[key] !== undefined) yield [key, fields[key]];
  }
  for (const key of hash?.keys ?? []) {
    const value = hash?.get(key);
    if (value !== undefined) yield [key, value];
  }
}

function entriesAsProperties(table: LuaTable): object {
  const properties = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of entriesOf(table)) {
    const name = typeof key === "string" ? fromBytes(key) : describeKey(key);
    properties[name] = value;
  }
  if (table.metatable !== undefined) properties["(metatable)"] = table.metatable;
  return properties;
}

/** https://firefox-source-docs.mozilla.org/devtools-user/custom_formatters/ */
const CHROME_FORMATTER = {
  header: (value: unknown) =>
    value instanceof LuaTable || value instanceof LuaUserdata || value instanceof LuaThread
      ? ["span", {}, describeValue(value)]
      : null,
  hasBody: (value: unknown) => value instanceof LuaTable,
  body: (table: LuaTable) => [
    "ol",
    { style: "list-style-type: none" },
    ...Object.entries(entriesAsProperties(table)).map(([name, value]) => [
      "li",
      {},
      `${name} = `,
      showInBody(value as LuaValue),
    ]),
  ],
};

function showInBody(value: LuaValue): unknown {
  return typeof value === "object" || typeof value === "function"
    ? ["object", { object: value }]
    : describeValue(value);
}
