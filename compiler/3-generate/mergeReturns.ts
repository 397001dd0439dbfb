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
  identifier,
  labeled,
  returnStatement,
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
function merge<Node>(node: Node, merging: Merging): Node {
  if (typeof node !== "object" || node === null) return node;
  if (Array.isArray(node)) {
    const list = node.map((each: unknown) => merge(each, merging));
    return list.every((each, index) => each === node[index]) ? node : (list as Node);
  }
  const { names, bare } = merging;
  if (isListOf(node, names.length)) {
    const assignments = node.argument.elements.map((element, offset) => {
      const value = element as ESTree.Expression;
      return assignStatement(
        identifier(names[offset] as string),
        offset === 0 ? call(bare, value) : value,
      );
    });
    return block([...assignments, breakStatement(LABEL)]) as Node;
  }
  let copy = node;
  for (const key of PARTS) {
    const part: unknown = (node as Record<string, unknown>)[key];
    const made = merge(part, merging);
    if (made !== part) copy = { ...copy, [key]: made };
  }
  return copy;
}

/** Where statements have statements. */
const PARTS = ["statement", "body", "consequent", "alternate"];

function isListOf(
  node: object,
  count: number,
): node is { readonly argument: ESTree.ArrayExpression } {
  const { type, argument } = node as Partial<ESTree.ReturnStatement>;
  return (
    type === "ReturnStatement" &&
    argument?.type === "ArrayExpression" &&
    argument.elements.length === count &&
    argument.elements.every((each) => each !== null && each.type !== "SpreadElement")
  );
}
