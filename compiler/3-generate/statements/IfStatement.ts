import type { Block, IfClause } from "../../ast.ts";
import type { FunctionContext } from "../context.ts";
import { collectTracedCondition } from "../conditions.ts";
import { pushBlockEnd } from "../accessible/traces.ts";
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
import { emitBlockStatement } from "./block.ts";

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
  const clauses = node.clauses.map((clause, index) =>
    // A debugger stops at an `elseif`, too.
    context.at(index === 0 ? node : clause.condition, () =>
      emitClause(clause, index + 1 < node.clauses.length || node.otherwise !== undefined, context),
    ),
  );
  const { otherwise: last } = node;
  const otherwise = last === undefined ? [] : emitBlockStatement(last, context).body;
  const isChain = clauses.slice(1).every((clause) => clause.before.length === 0);
  if (isChain && clauses.length <= MAX_CHAIN) {
    context.push(...(clauses[0]?.before ?? []));
    const chain = clauses.reduceRight<JsStatement | undefined>(
      (rest, { condition, body, place }) => ({
        ...ifStatement(condition, body, rest),
        luaPlace: place,
      }),
      otherwise.length === 0 ? undefined : block(otherwise),
    );
    if (chain !== undefined) context.push(chain);
    return;
  }
  pushLabeledClauses(clauses, otherwise, context);
};

/** Longer chains would nest too deeply for whoever walks the JavaScript tree. */
const MAX_CHAIN = 50;

/** @param hasNext Whether another block follows, which hooks see a jump over. */
function emitClause(clause: IfClause, hasNext: boolean, context: FunctionContext): Clause {
  return context.scoped(() => {
    const { before, condition } = collectTracedCondition(clause.condition, context);
    const { place } = context;
    return { before, condition, place, body: emitBody(clause.body, hasNext, context) };
  });
}

function emitBody(body: Block, hasNext: boolean, context: FunctionContext): JsStatement {
  const emitted = emitBlockStatement(body, context);
  if (!hasNext || context.access === undefined) return emitted;
  const jump = context.collect(() => {
    pushBlockEnd(body, context);
  });
  return block([...(emitted.body as JsStatement[]), ...jump]);
}

function pushLabeledClauses(
  clauses: readonly Clause[],
  otherwise: readonly JsStatement[],
  context: FunctionContext,
): void {
  const label = context.newLabel("if");
  const statements = clauses.flatMap(({ before, condition, place, body }) => [
    ...before,
    { ...ifStatement(condition, block([body, breakStatement(label)])), luaPlace: place },
  ]);
  context.push(labeled(label, block([...statements, ...otherwise])));
}
