/** Builtins whose work is done in place where there is nothing to look at, as long as their names mean them. */
import type * as ESTree from "estree";
import type { CallExpression } from "../../ast.ts";
import type { FunctionContext, Operand } from "../context.ts";
import type { JsExpression } from "../estree.ts";
import { assertion } from "./assertion.ts";
import { metatableSetting } from "./metatableSetting.ts";

/** What makes a call unnecessary. */
export interface Shortcut {
  /** Does what the function would have done, or is false. */
  readonly test: JsExpression;
  /** The first result, an operand. */
  readonly value: JsExpression;
  /** Whether there is no other result. */
  readonly isOnlyResult: boolean;
}

/** @param values The arguments, evaluated. */
export function shortcutOf(
  node: CallExpression,
  callee: Operand,
  values: readonly (JsExpression | ESTree.SpreadElement)[],
  context: FunctionContext,
): Shortcut | undefined {
  if (context.module.analysis.isAccessible || node.method !== undefined) return undefined;
  if (node.callee.type !== "Identifier") return undefined;
  switch (node.callee.name) {
    case "assert":
      return assertion(callee, values, context);
    case "setmetatable":
      return metatableSetting(node, callee, values, context);
    default:
      return undefined;
  }
}
