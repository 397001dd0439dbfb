/**
 * Finds `return f(...)` inside `local function f`, where `f` is never reassigned: the function can
 * start over instead of calling itself. Not for vararg functions, which want to know how many arguments there are.
 */
import type { CallExpression, Expression, FunctionExpression, Statement } from "../ast.ts";
import { forEachChild } from "../visit.ts";
import type { FunctionFacts } from "./analysis.ts";
import type { Scopes } from "./resolveScopes.ts";

export function findSelfTailCalls(scopes: Scopes): Set<CallExpression> {
  const found = new Set<CallExpression>();
  for (const [node, facts] of scopes.functions) {
    const { selfVariable } = facts;
    if (selfVariable === undefined || selfVariable.isReassigned) continue;
    // Else it does not name itself.
    if (!facts.captures.has(selfVariable)) continue;
    if (!node.isVararg) findIn(node, facts, scopes, found);
  }
  return found;
}

function findIn(
  owner: FunctionExpression,
  facts: FunctionFacts,
  scopes: Scopes,
  found: Set<CallExpression>,
): void {
  const visit = (node: Statement | Expression): void => {
    if (node.type === "FunctionExpression") return;
    if (node.type === "ReturnStatement") {
      const call = node.values.length === 1 ? node.values[0] : undefined;
      if (call?.type === "CallExpression" && isSelfCall(call, facts, scopes)) {
        facts.hasSelfTailCall = true;
        found.add(call);
      }
    }
    forEachChild(node, visit);
  };
  owner.body.statements.forEach(visit);
}

function isSelfCall(call: CallExpression, facts: FunctionFacts, scopes: Scopes): boolean {
  if (call.method !== undefined || call.callee.type !== "Identifier") return false;
  return scopes.resolved.get(call.callee) === facts.selfVariable;
}
