/**
 * The order in which a table constructor stores its entries. LuaJIT makes the table as a copy of a
 * template that has all constant entries, and stores the others into it, in their order:
 * `{ x = f(), x = 1 }.x` is what `f` returns. That shows only where a key occurs twice.
 */
import type { Expression, TableEntry } from "../../ast.ts";

/** An entry with its place in the list, from 1, when it is positional. */
export interface PlacedEntry extends TableEntry {
  readonly index: number | undefined;
}

/** @returns `undefined` when the order of the source does as well. */
export function templateOrder(entries: readonly TableEntry[]): PlacedEntry[] | undefined {
  const template: PlacedEntry[] = [];
  const stored: PlacedEntry[] = [];
  const templateKeys = new Set<ConstantValue>();
  const storedKeys: (ConstantValue | undefined)[] = [];
  let count = 0;
  for (const entry of entries) {
    const index = entry.key === undefined ? ++count : undefined;
    const key = entry.key === undefined ? index : constantValue(entry.key)?.value;
    if (key !== undefined && constantValue(entry.value) !== undefined) {
      template.push({ ...entry, index });
      templateKeys.add(key);
    } else {
      stored.push({ ...entry, index });
      storedKeys.push(key);
    }
  }
  // A key that is calculated may be any of them.
  const mayConflict = (key: ConstantValue | undefined): boolean =>
    key === undefined ? templateKeys.size > 0 : templateKeys.has(key);
  return storedKeys.some(mayConflict) ? [...template, ...stored] : undefined;
}

type ConstantValue = string | number | boolean;

interface Constant {
  readonly value: ConstantValue | undefined;
}

/** What LuaJIT's parser takes for a constant: literals, and arithmetic with them. */
function constantValue(expression: Expression): Constant | undefined {
  switch (expression.type) {
    case "NilLiteral":
      return { value: undefined };
    case "BooleanLiteral":
    case "NumberLiteral":
    case "StringLiteral":
      return { value: expression.value };
    case "Parenthesized":
      return constantValue(expression.expression);
    case "UnaryExpression": {
      const operand = constantValue(expression.operand);
      if (operand === undefined) return undefined;
      if (expression.operator === "not") {
        return { value: operand.value === undefined || operand.value === false };
      }
      return expression.operator === "-" ? folded(negated(operand.value)) : undefined;
    }
    case "BinaryExpression": {
      const left = constantValue(expression.left)?.value;
      const right = constantValue(expression.right)?.value;
      if (typeof left !== "number" || typeof right !== "number") return undefined;
      return folded(arithmetic(expression.operator, left, right));
    }
    default:
      return undefined;
  }
}

function negated(value: Constant["value"]): number | undefined {
  return typeof value === "number" ? -value : undefined;
}

/** Neither -0 nor NaN is a constant. */
function folded(value: number | undefined): Constant | undefined {
  return value === undefined || Object.is(value, -0) || value !== value ? undefined : { value };
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
