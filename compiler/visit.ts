/** Walks the children of an AST node, in source order. */
import type { Block, Expression, Node, Statement } from "./ast.ts";

type Visit = (child: Statement | Expression) => void;

/** Calls `visit` for each direct child that is a statement or an expression. */
export function forEachChild(node: Node, visit: Visit): void {
  // The most frequent ones first: a switch compares one text after the other.
  switch (node.type) {
    case "Identifier":
    case "StringLiteral":
    case "NumberLiteral":
      return;
    case "BinaryExpression":
    case "LogicalExpression":
      visit(node.left);
      visit(node.right);
      return;
    case "CallExpression":
      visit(node.callee);
      visitAll(node.arguments, visit);
      return;
    case "IndexExpression":
      visit(node.base);
      visit(node.key);
      return;
    case "AssignmentStatement":
      visitAll(node.targets, visit);
      visitAll(node.values, visit);
      return;
    case "LocalStatement":
    case "ReturnStatement":
      visitAll(node.values, visit);
      return;
    case "FunctionExpression":
      visitBlock(node.body, visit);
      return;
    case "CallStatement":
      visit(node.call);
      return;
    case "Name":
    case "NilLiteral":
    case "BooleanLiteral":
    case "VarargExpression":
    case "VarargCount":
    case "BreakStatement":
    case "GotoStatement":
    case "LabelStatement":
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
    case "LocalFunctionStatement":
      visit(node.function);
      return;
    case "DoStatement":
      visitBlock(node.body, visit);
      return;
    case "WhileStatement":
      visit(node.condition);
      visitBlock(node.body, visit);
      return;
    case "RepeatStatement":
      visitBlock(node.body, visit);
      visit(node.condition);
      return;
    case "IfStatement":
      for (const { condition, body } of node.clauses) {
        visit(condition);
        visitBlock(body, visit);
      }
      visitBlock(node.otherwise, visit);
      return;
    case "ForNumericStatement":
      visit(node.start);
      visit(node.limit);
      if (node.step !== undefined) visit(node.step);
      visitBlock(node.body, visit);
      return;
    case "ForGenericStatement":
      visitAll(node.iterators, visit);
      visitBlock(node.body, visit);
      return;
  }
}

/** Not closures within `forEachChild`: to make one for each node can cost more than the visit. */
function visitBlock(block: Block | undefined, visit: Visit): void {
  if (block !== undefined) visitAll(block.statements, visit);
}

/** A plain loop: `forEach` is a call more for each node, which V8 does not see through here. */
function visitAll(nodes: readonly (Statement | Expression)[], visit: Visit): void {
  for (const node of nodes) visit(node);
}
