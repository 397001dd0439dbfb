/**
 * The contents of a table as a constructor would have them, for people: not everything is shown, and nothing is called.
 *
 *     {1, 2, name = "x", [true] = {...}}
 */
import { LuaTable, plainText, TableIterator, type LuaValue } from "../../runtime/index.ts";

/** How many levels of tables in tables, entries in all, and bytes of a string are shown. */
const MAX_DEPTH = 3;
const MAX_ENTRIES = 50;
const MAX_STRING_BYTES = 200;

/** What is longer goes to lines of its own. */
const LINE_LENGTH = 76;

/** @returns Bytes; one line, or several when they would be too long. */
export function describeTable(table: LuaTable): string {
  return describe(table, 0, { around: new Set(), entriesLeft: MAX_ENTRIES });
}

interface Description {
  /** The tables that are being described, each within the one before. */
  readonly around: Set<LuaTable>;
  entriesLeft: number;
}

function describe(table: LuaTable, depth: number, description: Description): string {
  const { around } = description;
  const parts: string[] = [];
  around.add(table);
  const entries = new TableIterator(table);
  let position = 1;
  while (entries.advance()) {
    if (description.entriesLeft-- <= 0) {
      parts.push("...");
      break;
    }
    const { key, value } = entries;
    const text = describeValue(value, depth + 1, description);
    parts.push(key === position ? text : `${describeKey(key)} = ${text}`);
    if (key === position) position++;
  }
  around.delete(table);
  return arrange(parts, depth);
}

function arrange(parts: readonly string[], depth: number): string {
  const line = `{${parts.join(", ")}}`;
  const indent = "  ".repeat(depth);
  const isShort = indent.length + line.length <= LINE_LENGTH && !line.includes("\n");
  if (isShort) return line;
  return `{\n${parts.map((part) => `${indent}  ${part},\n`).join("")}${indent}}`;
}

function describeValue(value: LuaValue, depth: number, description: Description): string {
  if (typeof value === "string") return quoted(value);
  if (!(value instanceof LuaTable)) return plainText(value);
  const isShown = depth < MAX_DEPTH && !description.around.has(value);
  return isShown ? describe(value, depth, description) : isEmpty(value) ? "{}" : "{...}";
}

function describeKey(key: LuaValue): string {
  if (typeof key === "string") return NAME.test(key) ? key : `[${quoted(key)}]`;
  return key instanceof LuaTable ? "[{...}]" : `[${plainText(key)}]`;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

function isEmpty(table: LuaTable): boolean {
  return !new TableIterator(table).advance();
}

/** Bytes beyond ASCII are shown as the text that they are, if any. */
function quoted(text: string): string {
  const shown = text.length > MAX_STRING_BYTES ? `${text.slice(0, MAX_STRING_BYTES)}...` : text;
  return `"${shown.replace(/["\\\x00-\x1f\x7f]/g, escaped)}"`;
}

function escaped(char: string): string {
  const letter = ESCAPES[char];
  return letter === undefined ? `\\${String(char.charCodeAt(0)).padStart(3, "0")}` : `\\${letter}`;
}

const ESCAPES: Readonly<Partial<Record<string, string>>> = {
  '"': '"',
  "\\": "\\",
  "\n": "n",
  "\r": "r",
  "\t": "t",
};
