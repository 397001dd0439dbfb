/**
 * Shows Lua's tables, userdata and coroutines in debuggers as Lua writes them, not as the objects they are in
 * JavaScript. VS Code calls methods named by symbols; Chrome asks the page-wide `devtoolsFormatters`, where
 * custom formatters are switched on in its settings.
 *
 * Whatever is called here runs while a program stands still, so nothing calls Lua. VS Code has V8 end it where it
 * might change anything, and V8 knows no better of regular expressions, generators, Buffers, and what is imported or
 * exported: there are none in these functions.
 */
import { LuaTable, LuaThread, LuaUserdata, type LuaValue } from "../../runtime/index.ts";

/** Of what VS Code's debugger calls (microsoft/vscode-js-debug, "Custom Object Previews"). */
const DESCRIPTION = Symbol.for("debug.description");
const PROPERTIES = Symbol.for("debug.properties");

/** How many entries of a table, and how many levels of tables in tables, a line shows. */
const MAX_ENTRIES = 8;
const MAX_DEPTH = 2;

const [Table, Userdata, Thread] = [LuaTable, LuaUserdata, LuaThread];

/** May be called more than once. */
export function showValuesAsLua(): void {
  for (const { prototype } of [Table, Userdata, Thread]) {
    define(prototype, DESCRIPTION, function (this: LuaValue) {
      return describeValue(this);
    });
  }
  define(Table.prototype, PROPERTIES, function (this: LuaTable) {
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
function describeValue(value: LuaValue, depth = 0): string {
  switch (typeof value) {
    case "undefined":
      return "nil";
    case "string":
      return JSON.stringify(decode(value));
    case "function":
      return value.name === "" ? "function" : `function ${value.name}`;
    case "object":
      return describeObject(value, depth);
    default:
      return String(value);
  }
}

function describeObject(value: LuaTable | LuaUserdata | LuaThread, depth: number): string {
  if (value instanceof Thread) return `coroutine (${value.status})`;
  if (!(value instanceof Table)) return "userdata";
  if (depth >= MAX_DEPTH) return "{...}";
  const parts: string[] = [];
  for (const { key, value: entry } of entriesOf(value)) {
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
  return typeof key === "string" && isName(key) ? key : `[${describeValue(key, MAX_DEPTH)}]`;
}

function isName(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index);
    const isLetter = (char >= "a" && char <= "z") || (char >= "A" && char <= "Z") || char === "_";
    if (!isLetter && (index === 0 || char < "0" || char > "9")) return false;
  }
  return text !== "";
}

interface Entry {
  readonly key: LuaValue;
  readonly value: LuaValue;
}

/** The entries in the order of `pairs`. */
function entriesOf({ array, fields, hash }: LuaTable): Entry[] {
  const entries: Entry[] = [];
  for (let index = 0; index < array.length; index++) {
    addEntry(entries, index + 1, array[index]);
  }
  for (const key of Object.keys(fields)) addEntry(entries, key, fields[key]);
  for (const [key, value] of hash?.entries() ?? []) addEntry(entries, key, value);
  return entries;
}

function addEntry(entries: Entry[], key: LuaValue, value: LuaValue): void {
  if (value !== undefined) entries.push({ key, value });
}

function entriesAsProperties(table: LuaTable): object {
  const properties = Object.create(null) as Record<string, unknown>;
  for (const { key, value } of entriesOf(table)) {
    properties[typeof key === "string" ? decode(key) : describeKey(key)] = value;
  }
  if (table.metatable !== undefined) properties["(metatable)"] = table.metatable;
  return properties;
}

/** Bytes as text; as they are, where they are not UTF-8. */
function decode(bytes: string): string {
  let escaped = "";
  for (let index = 0; index < bytes.length; index++) {
    const code = bytes.charCodeAt(index);
    escaped += code < 128 && code !== PERCENT ? bytes.charAt(index) : `%${hexOf(code)}`;
  }
  try {
    return decodeURIComponent(escaped);
  } catch {
    return bytes;
  }
}

const PERCENT = 37;

function hexOf(code: number): string {
  return "0123456789ABCDEF".charAt(code >> 4) + "0123456789ABCDEF".charAt(code & 15);
}

/** https://firefox-source-docs.mozilla.org/devtools-user/custom_formatters/ */
const CHROME_FORMATTER = {
  header: (value: unknown) =>
    value instanceof Table || value instanceof Userdata || value instanceof Thread
      ? ["span", {}, describeValue(value)]
      : null,
  hasBody: (value: unknown) => value instanceof Table,
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
