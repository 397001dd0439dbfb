/**
 * What error messages call an expression, as LuaJIT finds it in its bytecode (lj_debug.c,
 * `lj_debug_slotname`): by variable, by constant field or method name, else not at all. PUC Lua 5.1
 * (ldebug.c, `getobjname`) has a name for all fields, and none for what a jump may have computed.
 */
import type { Expression } from "../../ast.ts";
import type { FunctionContext } from "../context.ts";
import { constantOf, isTrue } from "./constants.ts";

/** "local 'x'", "upvalue 'x'", "global 'x'", "field 'x'"; "" when it has no name. */
export function describe(node: Expression, context: FunctionContext): string {
  switch (node.type) {
    case "Identifier": {
      const variable = context.module.analysis.resolved.get(node);
      if (variable === undefined) return `global '${node.name}'`;
      return variable.owner === context.node ? `local '${node.name}'` : `upvalue '${node.name}'`;
    }
    case "IndexExpression":
      return describeKey(node.key, context.module.isPuc51);
    case "LogicalExpression":
      if (context.module.isPuc51) {
        const right = leftOf(node, true);
        return right === node ? "" : describe(right, context);
      }
      // The instruction before the use is the one that computed the right operand, unless the left
      // one may give a boolean by a jump: then the constant for it stands in between.
      return jumpsTo(node.left, node.operator === "or") ? "" : describe(node.right, context);
    default:
      return "";
  }
}

/** Whether LuaJIT may compute this boolean, as the value of the expression, by a jump. */
function jumpsTo(node: Expression, outcome: boolean): boolean {
  switch (node.type) {
    case "BinaryExpression":
      return COMPARISONS.has(node.operator);
    case "UnaryExpression":
      return node.operator === "not" && truthOf(node.operand, false) === undefined;
    case "LogicalExpression":
      // The left side gives the value only when it decides.
      return (
        jumpsTo(node.right, outcome) ||
        (outcome === (node.operator === "or") && jumpsTo(node.left, outcome))
      );
    default:
      return false;
  }
}

const COMPARISONS = new Set<string>(["==", "~=", "<", "<=", ">", ">="]);

/** A name as C prints it: up to the first zero byte. */
function cString(text: string): string {
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

function describeKey(node: Expression, isPuc51: boolean): string {
  const key = leftOf(node, isPuc51);
  if (key.type === "StringLiteral") return `field '${cString(key.value)}'`;
  return isPuc51 ? "field '?'" : "";
}

/** What is left of `true and x` and `nil or x`: LuaJIT computes no more than `x`. */
function leftOf(node: Expression, isPuc51: boolean): Expression {
  if (node.type !== "LogicalExpression") return node;
  const isRightUsed = truthOf(node.left, isPuc51) === (node.operator === "and");
  return isRightUsed ? leftOf(node.right, isPuc51) : node;
}

/** Whether a constant counts as true; `undefined` for anything that is no constant. */
function truthOf(node: Expression, isPuc51: boolean): boolean | undefined {
  const constant = constantOf(node, isPuc51);
  return constant && isTrue(constant);
}
