/**
 * Finds out whether a chunk works with what only accessible code has (3-generate/accessible): local variables
 * and upvalues that others read and write, hooks, environments of functions further out. It says so by name,
 * or by a level: `debug.getlocal`, `"sethook"`, `setfenv(2, ...)`.
 */
import type { Chunk, Expression, Statement } from "../ast.ts";
import { forEachChild } from "../visit.ts";

const DEBUG_FUNCTIONS: ReadonlySet<string> = new Set([
  "getlocal",
  "setlocal",
  "getupvalue",
  "setupvalue",
  "upvalueid",
  "upvaluejoin",
  "sethook",
]);

const ENVIRONMENT_FUNCTIONS: ReadonlySet<string> = new Set(["getfenv", "setfenv"]);

/** One of these is in the text of each chunk that names such a function; an escape may hide a name in a string. */
const TRACES = /getlocal|setlocal|upvalue|sethook|[gs]etfenv|\\[\dxuz\r\n]/;

/** @param text Of the chunk, if it is at hand. */
export function findDebugUse(chunk: Chunk, text: string | undefined): boolean {
  // Most chunks need no walk.
  if (text !== undefined && !TRACES.test(text)) return false;
  let isFound = false;
  const visit = (node: Statement | Expression): void => {
    if (isFound) return;
    isFound = isDebugUse(node);
    forEachChild(node, visit);
  };
  visit(chunk.main);
  return isFound;
}

function isDebugUse(node: Statement | Expression): boolean {
  switch (node.type) {
    case "StringLiteral":
      return DEBUG_FUNCTIONS.has(node.value);
    case "Identifier":
      return DEBUG_FUNCTIONS.has(node.name);
    case "CallExpression": {
      if (node.method !== undefined && DEBUG_FUNCTIONS.has(node.method)) return true;
      const [level] = node.arguments;
      return (
        isEnvironmentFunction(node.callee) && level?.type === "NumberLiteral" && level.value > 1
      );
    }
    default:
      return false;
  }
}

/** `setfenv`, `_G.setfenv` */
function isEnvironmentFunction(node: Expression): boolean {
  if (node.type === "Identifier") return ENVIRONMENT_FUNCTIONS.has(node.name);
  if (node.type !== "IndexExpression" || node.key.type !== "StringLiteral") return false;
  return ENVIRONMENT_FUNCTIONS.has(node.key.value);
}
