/**
 * What error messages call an expression, as LuaJIT finds it in its bytecode (lj_debug.c,
 * `lj_debug_slotname`): by variable, by constant field or method name, else not at all. PUC Lua 5.1
 * (ldebug.c, `getobjname`) has a name for all fields, and none for what a jump may have computed.
 */
import type { Expression } from "../../ast.ts";
import type { FunctionContext } from "../context.ts";

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
        const right = constantOf(node, true);
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
  const key = constantOf(node, isPuc51);
  if (key.type === "StringLiteral") return `field '${cString(key.value)}'`;
  return isPuc51 ? "field '?'" : "";
}

/** What is left of `true and x` and `nil or x`: LuaJIT computes no more than `x`. */
function constantOf(node: Expression, isPuc51: boolean): Expression {
  if (node.type !== "LogicalExpression") return node;
  const isRightUsed = truthOf(node.left, isPuc51) === (node.operator === "and");
  return isRightUsed ? constantOf(node.right, isPuc51) : node;
}

/** Whether a constant counts as true; `undefined` for anything that is no constant. */
function truthOf(node: Expression, isPuc51: boolean): boolean | undefined {
  switch (node.type) {
    case "NilLiteral":
      return false;
    case "BooleanLiteral":
      return node.value;
    case "NumberLiteral":
    case "StringLiteral":
      return true;
    case "UnaryExpression": {
      if (node.operator !== "not") return numberOf(node, isPuc51) === undefined ? undefined : true;
      const truth = truthOf(node.operand, isPuc51);
      return truth === undefined ? undefined : !truth;
    }
    default:
      return numberOf(node, isPuc51) === undefined ? undefined : true;
  }
}

/**
 * The number that is computed before the program runs: by LuaJIT (`foldarith` of lj_parse.c) when it is neither NaN nor -0,
 * by PUC Lua (`constfolding` of lcode.c) when it is not NaN, and nothing is divided by zero.
 */
function numberOf(node: Expression, isPuc51: boolean): number | undefined {
  switch (node.type) {
    case "NumberLiteral":
      return node.value;
    case "UnaryExpression": {
      const value = node.operator === "-" ? numberOf(node.operand, isPuc51) : undefined;
      return value === undefined || (value === 0 && !isPuc51) ? undefined : -value;
    }
    case "BinaryExpression": {
      const [left, right] = [numberOf(node.left, isPuc51), numberOf(node.right, isPuc51)];
      if (left === undefined || right === undefined) return undefined;
      if (isPuc51 && right === 0 && (node.operator === "/" || node.operator === "%"))
        return undefined;
      const value = calculate(node.operator, left, right);
      const isLeft = value !== value || (Object.is(value, -0) && !isPuc51);
      return isLeft ? undefined : value;
    }
    default:
      return undefined;
  }
}

function calculate(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left - Math.floor(left / right) * right;
    case "^":
      return left ** right;
    default:
      return undefined;
  }
}
