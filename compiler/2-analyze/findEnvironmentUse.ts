/**
 * Finds out whether a chunk works with environments (manual 2.9): whether it names `setfenv`,
 * `getfenv` or `module` as globals. Only such a chunk pays for functions whose environment can be
 * changed while they live; in all others, globals are bound to cells when the chunk is loaded.
 */
import type { Chunk, Expression, Statement } from "../ast.ts";
import { forEachChild } from "../visit.ts";
import type { Scopes } from "./resolveScopes.ts";

const ENVIRONMENT_FUNCTIONS = new Set(["setfenv", "getfenv", "module"]);

export function findEnvironmentUse(chunk: Chunk, { resolved }: Scopes): boolean {
  let isFound = false;
  const visit = (node: Statement | Expression): void => {
    if (isFound) return;
    if (node.type === "Identifier") {
      isFound = ENVIRONMENT_FUNCTIONS.has(node.name) && !resolved.has(node);
    } else {
      forEachChild(node, visit);
    }
  };
  visit(chunk.main);
  return isFound;
}
