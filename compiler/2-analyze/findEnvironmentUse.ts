/**
 * Finds out whether a chunk works with environments (manual 2.9): whether it names `setfenv`,
 * `getfenv` or `module` as globals. Only such a chunk pays for functions whose environment can be
 * changed while they live; in all others, globals are bound to cells when the chunk is loaded.
 */
import type { Scopes } from "./resolveScopes.ts";

const ENVIRONMENT_FUNCTIONS = ["setfenv", "getfenv", "module"];

export function findEnvironmentUse({ globals }: Scopes): boolean {
  return ENVIRONMENT_FUNCTIONS.some((name) => globals.has(name));
}
