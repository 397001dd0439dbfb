/** Names of modules that `require` would find, for completion. */
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { LuaTable, TableIterator, type LuaState } from "../../runtime/index.ts";
import { fromBytes, toBytes } from "../bytes.ts";
import type { Completion } from "./complete.ts";

/** The name of a module or function that is begun at the end of a line. */
const BEGUN = /\b(?:require|flow\s*\.\s*call)\s*\(?\s*(["'])([\w./-]*)$/;

/**
 * @param text The line up to the cursor; bytes.
 * @param folder What relative paths start from.
 * @returns `undefined` where no module is named.
 */
export function completeModule(
  text: string,
  { state, folder }: { readonly state: LuaState; readonly folder: string },
): Completion | undefined {
  const begun = BEGUN.exec(text)?.[2];
  if (begun === undefined) return undefined;
  const library = state.globals.getString("package");
  const names = new Set<string>();
  if (library instanceof LuaTable) {
    for (const field of ["loaded", "preload"]) addKeys(library.getString(field), names);
    const path = library.getString("path");
    for (const template of typeof path === "string" ? path.split(";") : []) {
      for (const name of filesOf(fromBytes(template), begun, folder)) names.add(toBytes(name));
    }
  }
  return { names: [...names].filter((name) => name.startsWith(begun)).sort(), begun };
}

function addKeys(table: unknown, names: Set<string>): void {
  if (!(table instanceof LuaTable)) return;
  const entries = new TableIterator(table);
  while (entries.advance()) if (typeof entries.key === "string") names.add(entries.key);
}

/** Modules in one folder, and folders in there, which end in a separator. */
function filesOf(template: string, begun: string, folder: string): string[] {
  const [before, after, ...more] = template.split("?");
  if (before === undefined || after === undefined || more.length > 0) return [];
  const parent = /^.*[./]/.exec(begun)?.[0] ?? "";
  const separator = parent.includes("/") ? "/" : ".";
  try {
    const where = resolve(folder, before || ".", `./${parent.replaceAll(".", "/")}`);
    return readdirSync(where, { withFileTypes: true }).flatMap((entry) => {
      if (entry.name.startsWith(".")) return [];
      if (entry.isDirectory()) return [`${parent}${entry.name}${separator}`];
      return entry.name.endsWith(after) && after !== ""
        ? [parent + entry.name.slice(0, -after.length)]
        : [];
    });
  } catch {
    // There is no such folder.
    return [];
  }
}
