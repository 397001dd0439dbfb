/**
 * Which emitter serves which node kind. The tables are typed over the unions of `ast.ts`, so that a
 * missing kind does not compile.
 */
import type * as ESTree from "estree";
import type { Expression, Statement } from "../ast.ts";
import type { FunctionContext, Operand } from "./context.ts";
import { assignStatement } from "./estree.ts";
import { emitBinaryExpression } from "./expressions/BinaryExpression.ts";
import { emitCallExpression } from "./expressions/CallExpression.ts";
import { emitFunctionExpression } from "./expressions/FunctionExpression.ts";
import { emitIdentifier } from "./expressions/Identifier.ts";
import { emitIndexExpression } from "./expressions/IndexExpression.ts";
import {
  emitBooleanLiteral,
  emitNilLiteral,
  emitNumberLiteral,
  emitStringLiteral,
} from "./expressions/literals.ts";
import { emitLogicalExpression } from "./expressions/LogicalExpression.ts";
import { emitParenthesized } from "./expressions/Parenthesized.ts";
import { emitTableExpression } from "./expressions/TableExpression.ts";
import { emitUnaryExpression } from "./expressions/UnaryExpression.ts";
import { emitVarargCount } from "./expressions/VarargCount.ts";
import { emitVarargExpression } from "./expressions/VarargExpression.ts";
import { emitAssignmentStatement } from "./statements/AssignmentStatement.ts";
import { emitBreakStatement } from "./statements/BreakStatement.ts";
import { emitCallStatement } from "./statements/CallStatement.ts";
import { emitDoStatement } from "./statements/DoStatement.ts";
import { emitForGenericStatement } from "./statements/ForGenericStatement.ts";
import { emitForNumericStatement } from "./statements/ForNumericStatement.ts";
import { emitGotoStatement } from "./statements/GotoStatement.ts";
import { emitIfStatement } from "./statements/IfStatement.ts";
import { emitLabelStatement } from "./statements/LabelStatement.ts";
import { emitLocalFunctionStatement } from "./statements/LocalFunctionStatement.ts";
import { emitLocalStatement } from "./statements/LocalStatement.ts";
import { emitRepeatStatement } from "./statements/RepeatStatement.ts";
import { emitReturnStatement } from "./statements/ReturnStatement.ts";
import { emitWhileStatement } from "./statements/WhileStatement.ts";

export type StatementEmitter<Kind extends Statement["type"]> = (
  node: Extract<Statement, { type: Kind }>,
  context: FunctionContext,
) => void;

/**
 * @param target Where the value is wanted; nothing in the expression reads it. The emitter may
 *   return another operand, then the caller assigns it.
 */
export type ExpressionEmitter<Kind extends Expression["type"]> = (
  node: Extract<Expression, { type: Kind }>,
  context: FunctionContext,
  target?: ESTree.Identifier,
) => Operand;

const statementEmitters: { [Kind in Statement["type"]]: StatementEmitter<Kind> } = {
  AssignmentStatement: emitAssignmentStatement,
  BreakStatement: emitBreakStatement,
  CallStatement: emitCallStatement,
  DoStatement: emitDoStatement,
  ForGenericStatement: emitForGenericStatement,
  ForNumericStatement: emitForNumericStatement,
  GotoStatement: emitGotoStatement,
  IfStatement: emitIfStatement,
  LabelStatement: emitLabelStatement,
  LocalFunctionStatement: emitLocalFunctionStatement,
  LocalStatement: emitLocalStatement,
  RepeatStatement: emitRepeatStatement,
  ReturnStatement: emitReturnStatement,
  WhileStatement: emitWhileStatement,
};

const expressionEmitters: { [Kind in Expression["type"]]: ExpressionEmitter<Kind> } = {
  BinaryExpression: emitBinaryExpression,
  BooleanLiteral: emitBooleanLiteral,
  CallExpression: emitCallExpression,
  FunctionExpression: emitFunctionExpression,
  Identifier: emitIdentifier,
  IndexExpression: emitIndexExpression,
  LogicalExpression: emitLogicalExpression,
  NilLiteral: emitNilLiteral,
  NumberLiteral: emitNumberLiteral,
  Parenthesized: emitParenthesized,
  StringLiteral: emitStringLiteral,
  TableExpression: emitTableExpression,
  UnaryExpression: emitUnaryExpression,
  VarargCount: emitVarargCount,
  VarargExpression: emitVarargExpression,
};

/** Appends a statement; its temporaries are free again afterwards. */
export function emitStatement(node: Statement, context: FunctionContext): void {
  // TypeScript can't see that the kind of the node picks the emitter of that kind.
  const emit = statementEmitters[node.type] as StatementEmitter<Statement["type"]>;
  const { leftovers, siteCount: siteCountBefore, pressure } = context;
  leftovers?.enter();
  if (context.module.isForDebugger) {
    context.at(node, () => {
      emit(node, context);
    });
  } else emit(node, context);
  context.releaseAll(pressure);
  const left = leftovers?.leave(node);
  if (left !== undefined && context.siteCount > siteCountBefore) context.pushForget(left);
  else context.pushEmptying(left);
}

/** The operand of an expression that gives one value. */
export function emitExpression(
  node: Expression,
  context: FunctionContext,
  target?: ESTree.Identifier,
): Operand {
  const emit = expressionEmitters[node.type] as ExpressionEmitter<Expression["type"]>;
  return emit(node, context, target);
}

/** Puts the value of an expression into a variable that the expression does not read. */
export function emitInto(
  node: Expression,
  context: FunctionContext,
  target: ESTree.Identifier,
): Operand {
  const value = emitExpression(node, context, target);
  if (value.js !== target) context.pushSited(node, assignStatement(target, value.js));
  return { ...value, js: target, size: 0 };
}
