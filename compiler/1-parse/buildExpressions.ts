/** What becomes of luaparse's expressions; see fromLuaparse.ts. */
import type {
  BinaryExpression,
  CallExpression,
  Expression,
  IndexExpression,
  LogicalExpression,
  Parenthesized,
  StringLiteral,
  TableEntry,
  TableExpression,
  UnaryExpression,
} from "../ast.ts";
import type { PartReader } from "./partReader.ts";
import type { Leaf } from "./sourceNotes.ts";

/** `object:name`, in a call or as the name of a function. */
export interface Method {
  readonly type: "Method";
  readonly object: Expression;
  readonly name: StringLiteral;
}

export interface ExpressionBuilders {
  identifier(): Leaf;
  literal(): Leaf;
  unaryExpression(operator: UnaryExpression["operator"], operand: Expression): UnaryExpression;
  binaryExpression(operator: string, left: Expression, right: Expression): Expression;
  memberExpression(base: Expression, indexer: string, key: StringLiteral): IndexExpression | Method;
  indexExpression(base: Expression, key: Expression): IndexExpression;
  callExpression(base: Expression | Method, values: readonly Expression[]): Expression;
  tableCallExpression(base: Expression | Method, table: Expression): Expression;
  stringCallExpression(base: Expression | Method, text: Expression): Expression;
  tableKey(key: Expression, value: Expression): TableEntry;
  tableKeyString(key: StringLiteral, value: Expression): TableEntry;
  tableValue(value: Expression): TableEntry;
  tableConstructorExpression(entries: readonly TableEntry[]): TableExpression;
}

export function expressionBuilders(parts: PartReader): ExpressionBuilders {
  const index = (base: Expression, key: Expression): IndexExpression => {
    const { span, line } = parts.place("IndexExpression");
    return { type: "IndexExpression", span, line, base, key };
  };
  const call = (
    base: Expression | Method,
    values: readonly Expression[],
  ): CallExpression | Parenthesized => {
    const { type, span, line } = parts.any();
    const isMethod = base.type === "Method";
    const expression: CallExpression = {
      type: "CallExpression",
      span,
      line,
      callee: isMethod ? base.object : base,
      method: isMethod ? base.name.value : undefined,
      arguments: values,
    };
    return type === "Parenthesized" ? { type, span, line, expression } : expression;
  };
  return {
    identifier: () => parts.leaf(),
    literal: () => parts.leaf(),
    unaryExpression: (operator, operand) => {
      const { span, line } = parts.place("UnaryExpression");
      return { type: "UnaryExpression", span, line, operator, operand };
    },
    binaryExpression: (operator, left, right) => {
      const { type, span, line } = parts.any();
      return { type, span, line, operator, left, right } as BinaryExpression | LogicalExpression;
    },
    memberExpression: (base, indexer, key) =>
      indexer === ":" ? { type: "Method", object: base, name: key } : index(base, key),
    indexExpression: index,
    callExpression: call,
    tableCallExpression: (base, table) => call(base, [table]),
    stringCallExpression: (base, text) => call(base, [text]),
    tableKey: (key, value) => ({ key, value }),
    tableKeyString: (key, value) => ({ key, value }),
    tableValue: (value) => ({ key: undefined, value }),
    tableConstructorExpression: (entries) => {
      const { span, line } = parts.place("TableExpression");
      return { type: "TableExpression", span, line, entries };
    },
  };
}
