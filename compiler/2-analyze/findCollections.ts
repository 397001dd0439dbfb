/**
 * Finds out whether a chunk asks for garbage collections, and so can tell what refers to a value:
 * whether it names `collectgarbage` or `gcinfo` as globals. Only in such a chunk are temporaries and
 * variables emptied once they are of no use.
 */
import type { Scopes } from "./resolveScopes.ts";

const COLLECTING_FUNCTIONS = ["collectgarbage", "gcinfo"];

export function findCollections({ globals }: Scopes): boolean {
  return COLLECTING_FUNCTIONS.some((name) => globals.has(name));
}
