/**
 * What Lua's parsers calculate themselves: literals, and arithmetic with numbers. One can tell by names in messages, by
 * what a constructor stores first and by how much room it makes.
 */
import type { Expression } from "../../ast.ts";

export type ConstantValue = string | number | boolean;

export interface Constant {
  /** `undefined` is nil. */
  readonly value: ConstantValue | undefined;
}

/**
 * The value of a constant; `undefined` for anything else.
 *
 * LuaJIT (`foldarith` of lj_parse.c) leaves a result that is NaN or -0 to the program; PUC Lua (`constfolding` of lcode.c)
 * one that is NaN, and divisions by zero.
 */
export function constantOf(node: Expression, isPuc51: boolean): Constant | undefined {
  switch (node.type) {
    case "NilLiteral":
      return { value: undefined };
    case "BooleanLiteral":
    case "NumberLiteral":
    case "StringLiteral":
      return { value: node.value };
    case "Parenthesized":
      return constantOf(node.expression, isPuc51);
    case "UnaryExpression": {
      const operand = constantOf(node.operand, isPuc51);
      if (operand === undefined) return undefined;
      if (node.operator === "not") return { value: !isTrue(operand) };
      const { value } = operand;
      if (node.operator !== "-" || typeof value !== "number") return undefined;
      return folded(-value, isPuc51);
    }
    case "BinaryExpression": {
      const left = constantOf(node.left, isPuc51)?.value;
      const right = constantOf(node.right, isPuc51)?.value;
      if (typeof left !== "number" || typeof right !== "number") return undefined;
      const isDivision = node.operator === "/" || node.operator === "%";
      if (isPuc51 && isDivision && right === 0) return undefined;
      return folded(arithmetic(node.operator, left, right), isPuc51);
    }
    default:
      return undefined;
  }
}

/** Whether a constant counts as true (manual 2.5.3). */
export function isTrue({ value }: Constant): boolean {
  return value !== undefined && value !== false;
}

function folded(value: number | undefined, isPuc51: boolean): Constant | undefined {
  if (value === undefined || value !== value) return undefined;
  return Object.is(value, -0) && !isPuc51 ? undefined : { value };
}

/** Whether it is exact does not matter: only that the keys 1 and 2 - 1 are one. */
function arithmetic(operator: string, left: number, right: number): number | undefined {
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
