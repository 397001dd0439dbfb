/**
 * A function that gives several values in more than one place makes their list in one:
 *
 *     $results: {
 *       ... { $r1 = $bare(a); $r2 = b; break $results; } ...
 *     }
 *     return [$r1, $r2];
 *
 * V8 makes nothing of a list where it has put a function into its caller, who takes the values out again, but not of one that
 * is either of two (0.7 of the time of a loop that calls `if a < b then return a, b end return b, a`). And it
 * notes at each place what lists are of there, floats or anything: lists of both from one function make its caller slow
 * (0.3 of the time of one that calls `return nil, "none"` or `return x * 0.5, y * 0.5`).
 *
 * What is either a variable or a number just computed is an object, though, which a list of floats does not need: lists with
 * arithmetic in them stay where they are, unless there is a constant in another. Behind a `$bare` that was never called
 * V8 expects nothing.
 */
import type * as ESTree from "estree";
import type { Expression } from "../ast.ts";
import type { FunctionContext } from "./context.ts";
import {
  array,
  assignStatement,
  block,
  breakStatement,
  call,
  forStatement,
  identifier,
  ifStatement,
  labeled,
  returnStatement,
  sited,
  whileStatement,
  type JsStatement,
} from "./estree.ts";

/** Longer lists are left as they are. */
const MAX_VALUES = 4;

export interface MergedReturns {
  readonly statements: readonly JsStatement[];
  /** Variables to be declared. */
  readonly names: readonly string[];
}

/** @param statements All of a function. They stay as they are: its resume code has them, too. */
export function mergeReturns(
  statements: readonly JsStatement[],
  context: FunctionContext,
): MergedReturns {
  const count = mergedCount(context.returnedLists);
  if (count === undefined) return { statements, names: [] };
  const bare = context.helper("bare");
  const names = Array.from({ length: count }, (_, offset) => `$r${String(offset + 1)}`);
  const merged = statements.map((statement) => merge(statement, { names, bare }));
  const end = returnStatement(array(names.map(identifier)));
  return { statements: [labeled(LABEL, block(merged)), end], names };
}

const LABEL = "$results";

/** How many values there are in the lists to be merged. */
function mergedCount(lists: readonly (readonly Expression[])[]): number | undefined {
  return lists
    .map((list) => list.length)
    .find((count) => {
      const alike = lists.filter((list) => list.length === count);
      const values = alike.flat();
      return (
        alike.length > 1 &&
        count <= MAX_VALUES &&
        (values.some(isConstant) || !values.some(isArithmetic))
      );
    });
}

function isConstant({ type }: Expression): boolean {
  return type.endsWith("Literal") && type !== "NumberLiteral";
}

function isArithmetic(value: Expression): boolean {
  if (value.type === "UnaryExpression") return value.operator === "-";
  return value.type === "BinaryExpression" && "+-*/%^".includes(value.operator);
}

interface Merging {
  readonly names: readonly string[];
  readonly bare: ESTree.Identifier;
}

/** A copy with other returns, or the statement itself if it has none of them. */
function merge(statement: JsStatement, merging: Merging): JsStatement {
  switch (statement.type) {
    case "Sited": {
      const inner = merge(statement.statement, merging);
      return inner === statement.statement ? statement : sited(statement.site, inner);
    }
    case "BlockStatement": {
      const body = mergeAll(statement.body, merging);
      return body === statement.body ? statement : block(body);
    }
    case "IfStatement":
      return mergeIf(statement, merging);
    case "LabeledStatement": {
      const body = merge(statement.body, merging);
      return body === statement.body ? statement : labeled(statement.label.name, body);
    }
    case "ForStatement": {
      const body = mergeAll(bodyOf(statement), merging);
      return body === bodyOf(statement) ? statement : forStatement(statement, body);
    }
    case "WhileStatement": {
      const body = mergeAll(bodyOf(statement), merging);
      return body === bodyOf(statement) ? statement : whileStatement(statement.test, body);
    }
    case "ReturnStatement":
      return mergeReturn(statement, merging);
    default:
      return statement;
  }
}

function mergeIf(statement: ESTree.IfStatement, merging: Merging): JsStatement {
  const { test, consequent, alternate } = statement;
  const merged = merge(consequent, merging);
  const other = alternate ? merge(alternate, merging) : undefined;
  const isSame = merged === consequent && (other ?? null) === (alternate ?? null);
  return isSame ? statement : ifStatement(test, merged, other);
}

function mergeReturn(statement: ESTree.ReturnStatement, { names, bare }: Merging): JsStatement {
  const { argument } = statement;
  if (argument?.type !== "ArrayExpression" || !isListOf(argument, names.length)) return statement;
  const assignments = argument.elements.map((element, offset) => {
    const value = element as ESTree.Expression;
    return assignStatement(
      identifier(names[offset] as string),
      offset === 0 ? call(bare, value) : value,
    );
  });
  return block([...assignments, breakStatement(LABEL)]);
}

function mergeAll(statements: readonly JsStatement[], merging: Merging): readonly JsStatement[] {
  const merged = statements.map((statement) => merge(statement, merging));
  return merged.every((each, index) => each === statements[index]) ? statements : merged;
}

function bodyOf({ body }: ESTree.ForStatement | ESTree.WhileStatement): readonly JsStatement[] {
  return (body as ESTree.BlockStatement).body;
}

function isListOf({ elements }: ESTree.ArrayExpression, count: number): boolean {
  return (
    elements.length === count &&
    elements.every((each) => each !== null && each.type !== "SpreadElement")
  );
}
