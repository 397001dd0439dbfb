import type * as ESTree from "estree";
import type { Block, IfClause } from "../../ast.ts";
import type { FunctionContext } from "../context.ts";
import { collectTracedCondition } from "../conditions.ts";
import { pushTrace, withJumpBehind, type TracePlace } from "../accessible/traces.ts";
import type { StatementEmitter } from "../emitters.ts";
import {
  block,
  breakStatement,
  ifStatement,
  labeled,
  type JsExpression,
  type JsStatement,
  type LuaPlace,
} from "../estree.ts";
import { emitBlock, emitBlockStatement } from "./block.ts";

interface Clause {
  /** What must run before the condition. */
  readonly before: JsStatement[];
  readonly condition: JsExpression;
  readonly body: JsStatement;
  /** Of the condition. */
  readonly place: LuaPlace | undefined;
}

/**
 * A chain of `if` and `else if`, as long as only the first condition needs statements of its own;
 * else clauses that leave a labelled block, so that long chains do not nest:
 *
 *     $if: { $1 = ...; if ($1) { ... break $if; } $2 = ...; if ($2) { ... break $if; } ... }
 */
export const emitIfStatement: StatementEmitter<"IfStatement"> = (node, context) => {
  const jump = context.access?.ends.get(node);
  // Behind each clause but the last one there is a jump over the rest.
  const jumpBehind = (index: number) =>
    index + 1 < node.clauses.length || node.otherwise !== undefined ? "at its end" : jump;
  const clauses = node.clauses.map((clause, index) =>
    // A debugger stops at an `elseif`, too.
    context.at(index === 0 ? node : clause.condition, () =>
      emitClause(clause, context, jumpBehind(index)),
    ),
  );
  const { otherwise: last } = node;
  const otherwise = last === undefined ? [] : emitBody(last, context, jump).body;
  const isChain = clauses.slice(1).every((clause) => clause.before.length === 0);
  if (isChain && clauses.length <= MAX_CHAIN) {
    context.pushAll(clauses[0]?.before ?? []);
    const chain = clauses.reduceRight<JsStatement | undefined>(
      (rest, { condition, body, place }) => placed(ifStatement(condition, body, rest), place),
      otherwise.length === 0 ? undefined : block(otherwise),
    );
    if (chain !== undefined) context.push(chain);
    return;
  }
  pushLabeledClauses(clauses, otherwise, context);
};

/** Longer chains would nest too deeply for whoever walks the JavaScript tree. */
const MAX_CHAIN = 50;

function emitClause(
  clause: IfClause,
  context: FunctionContext,
  jump: TracePlace | "at its end" | undefined,
): Clause {
  return context.scoped(() => {
    const { before, condition } = collectTracedCondition(clause.condition, context);
    const { place } = context;
    return { before, condition, place, body: emitBody(clause.body, context, jump) };
  });
}

/** @param jump Of accessible code: where there is a jump behind the body; at its end if that is not known. */
function emitBody(
  body: Block,
  context: FunctionContext,
  jump: TracePlace | "at its end" | undefined,
): ESTree.BlockStatement {
  if (jump === undefined || context.access === undefined) return emitBlockStatement(body, context);
  return block(
    context.collect(() => {
      const emit = () => {
        emitBlock(body, context);
      };
      withJumpBehind(body, context, emit, jump === "at its end" ? undefined : jump);
      // An empty body is nothing but the jump.
      if (body.statements.length === 0 && jump !== "at its end") pushTrace(jump, context);
    }),
  );
}

/** @param place `undefined` but for debuggers. */
function placed(statement: ESTree.Statement, place: LuaPlace | undefined): ESTree.Statement {
  if (place !== undefined) statement.luaPlace = place;
  return statement;
}

function pushLabeledClauses(
  clauses: readonly Clause[],
  otherwise: readonly JsStatement[],
  context: FunctionContext,
): void {
  const label = context.newLabel("if");
  const statements = clauses.flatMap(({ before, condition, place, body }) => [
    ...before,
    placed(ifStatement(condition, block([body, breakStatement(label)])), place),
  ]);
  context.push(labeled(label, block([...statements, ...otherwise])));
}
