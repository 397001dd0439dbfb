/**
 * Finds the modules that a chunk requires by a constant name, in function bodies too: `require "x"`,
 * `require("x")`, `pcall(require, "x")` and `xpcall(require, handler, "x")`, where `require`, `pcall` and
 * `xpcall` are the globals of that name.
 *
 * It runs whenever something is compiled, and tells which modules a chunk *mentions*: those that may have
 * a part in what it does. What a file can't do without is another question, which only `spacer check`
 * asks: examine/findModules.ts leaves out what may fail, and knows other names of `require`, for which it
 * has tables that are not worth their time here.
 */
import type { CallExpression, Expression } from "../ast.ts";
import type { Requirement } from "./analysis.ts";
import type { Scopes } from "./resolveScopes.ts";

export function findRequires({ uses, globals, resolved }: Scopes): Requirement[] {
  const found: Requirement[] = [];
  // Most chunks that are generated or hold data require nothing.
  if (!globals.has("require")) return found;
  for (const use of uses) {
    const name = use.type === "CallExpression" ? requiredName(use, resolved) : undefined;
    if (name?.type === "StringLiteral") {
      found.push({ name: name.value, offset: name.span.start });
    }
  }
  return found;
}

/** The expression that names the module; `undefined` for a call that requires nothing. */
function requiredName(
  { callee, method, arguments: values }: CallExpression,
  resolved: Scopes["resolved"],
): Expression | undefined {
  if (method !== undefined) return undefined;
  if (isGlobal(callee, "require", resolved)) return values[0];
  const [called, ...others] = values;
  if (called === undefined || !isGlobal(called, "require", resolved)) return undefined;
  if (isGlobal(callee, "pcall", resolved)) return others[0];
  // Behind the handler.
  return isGlobal(callee, "xpcall", resolved) ? others[1] : undefined;
}

function isGlobal(node: Expression, name: string, resolved: Scopes["resolved"]): boolean {
  return node.type === "Identifier" && node.name === name && !resolved.has(node);
}
