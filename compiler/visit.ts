/** Walks the children of an AST node, in source order. */
import type { Block, Expression, Node, Statement } from "./ast.ts";

/** Calls `visit` for each direct child that is a statement or an expression. */
export function forEachChild(node: Node, visit: (child: Statement | Expression) => void): void {
  const visitBlock = (block: Block | undefined): void => {
    block?.statements.forEach(visit);
  };
  switch (node.type) {
    case "Name":
    case "NilLiteral":
    case "BooleanLiteral":
    case "NumberLiteral":
    case "StringLiteral":
    case "VarargExpression":
    case "Identifier":
    case "BreakStatement":
    case "GotoStatement":
    case "LabelStatement":
      return;
    case "IndexExpression":
      visit(node.base);
      visit(node.key);
      return;
    case "CallExpression":
      visit(node.callee);
      node.arguments.forEach(visit);
      return;
    case "FunctionExpression":
      visitBlock(node.body);
      return;
    case "BinaryExpression":
    case "LogicalExpression":
      visit(node.left);
      visit(node.right);
      return;
    case "UnaryExpression":
      visit(node.operand);
      return;
    case "TableExpression":
      for (const { key, value } of node.entries) {
        if (key !== undefined) visit(key);
        visit(value);
      }
      return;
    case "Parenthesized":
      visit(node.expression);
      return;
    case "LocalStatement":
      node.values.forEach(visit);
      return;
    case "LocalFunctionStatement":
      visit(node.function);
      return;
    case "AssignmentStatement":
      node.targets.forEach(visit);
      node.values.forEach(visit);
      return;
    case "CallStatement":
      visit(node.call);
      return;
    case "DoStatement":
      visitBlock(node.body);
      return;
    case "WhileStatement":
      visit(node.condition);
      visitBlock(node.body);
      return;
    case "RepeatStatement":
      visitBlock(node.body);
      visit(node.condition);
      return;
    case "IfStatement":
      for (const { condition, body } of node.clauses) {
        visit(condition);
        visitBlock(body);
      }
      visitBlock(node.otherwise);
      return;
    case "ForNumericStatement":
      visit(node.start);
      visit(node.limit);
      if (node.step !== undefined) visit(node.step);
      visitBlock(node.body);
      return;
    case "ForGenericStatement":
      node.iterators.forEach(visit);
      visitBlock(node.body);
      return;
    case "ReturnStatement":
      node.values.forEach(visit);
      return;
  }
}
