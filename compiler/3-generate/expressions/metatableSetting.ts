/**
 * `setmetatable(t, m)`, which is how objects are made. As long as it is the builtin and there is nothing to look at, it is
 * done in place, so that V8 can do it together with what makes the table:
 *
 *     if ($1 === $setmetatable && $adopt(t, m)) place = t; else { ... }
 *     if ($1 === $setmetatable && $adoptFresh(t, $2)) place = t; else { ... }        where m is { __index = Class }
 */
import type * as ESTree from "estree";
import type { CallExpression } from "../../ast.ts";
import type { FunctionContext, Operand } from "../context.ts";
import { and, binary, call, type JsExpression } from "../estree.ts";
import type { Shortcut } from "./shortcut.ts";

/** @param values The arguments of a call of what is named `setmetatable`, evaluated. */
export function metatableSetting(
  node: CallExpression,
  callee: Operand,
  values: readonly (JsExpression | ESTree.SpreadElement)[],
  context: FunctionContext,
): Shortcut | undefined {
  const [table, metatable] = values;
  if (values.length !== 2 || table === undefined || metatable === undefined) return undefined;
  if (table.type === "SpreadElement" || metatable.type === "SpreadElement") return undefined;
  return {
    test: and(
      binary("===", callee.js, context.helper("setmetatable")),
      call(context.helper(isFresh(node) ? "adoptFresh" : "adopt"), table, metatable),
    ),
    value: table,
    isOnlyResult: true,
  };
}

/** Whether the metatable is made here and has nothing but `__index`. */
function isFresh({ arguments: [, metatable] }: CallExpression): boolean {
  if (metatable?.type !== "TableExpression" || metatable.entries.length !== 1) return false;
  const key = metatable.entries[0]?.key;
  return key?.type === "StringLiteral" && key.value === "__index";
}
