/**
 * The hidden classes of emitted nodes: all kinds of expressions share four, and so do all kinds of statements. A place that
 * takes any node, as printers do and the search for saved variables, sees no more of them than V8 compares in line. When each kind
 * had its own, looking up `type` and what follows took a tenth of the compiler's time.
 *
 * So nodes have properties that their kind has no use for, as `undefined`; builders (expressions.ts, statements.ts) fill in what it has. What
 * only code for debuggers has (`luaName`, `luaPlace`, steps) makes further classes, and so do copies, `{ ...node, body }`,
 * which are for code that is rarely made.
 */
import type * as ESTree from "estree";
import type { Site } from "../site.ts";
import type { JsExpression, JsStatement, Resumption } from "./nodes.ts";

// --- Expressions ------------------------------------------------------------------------------

/** Names and values. */
export function leaf<Type extends string, Name, Value>(type: Type, name: Name, value: Value) {
  return { type, name, value };
}

/** What has an operator between two sides. */
export function operation<Type extends string, Operator extends string, Left>(
  type: Type,
  operator: Operator,
  left: Left,
  right: JsExpression,
) {
  return { type, operator, left, right };
}

/** What begins with another expression. */
export function access(type: string) {
  return {
    type,
    object: undefined as JsExpression | undefined,
    property: undefined as JsExpression | undefined,
    computed: false,
    callee: undefined as JsExpression | undefined,
    arguments: undefined as (JsExpression | ESTree.SpreadElement)[] | undefined,
    optional: false,
  };
}

/** All others, which are fewer. */
export function otherExpression(type: string) {
  return {
    type,
    operator: undefined as ESTree.UnaryOperator | ESTree.UpdateOperator | undefined,
    prefix: true,
    argument: undefined as ESTree.Pattern | JsExpression | undefined,
    test: undefined as JsExpression | undefined,
    consequent: undefined as JsExpression | undefined,
    alternate: undefined as JsExpression | undefined,
    id: undefined as ESTree.Identifier | null | undefined,
    params: undefined as ESTree.Pattern[] | undefined,
    body: undefined as ESTree.BlockStatement | JsExpression | undefined,
    expression: false,
    elements: undefined as (JsExpression | ESTree.SpreadElement)[] | undefined,
    properties: undefined as (ESTree.Property | ESTree.AssignmentProperty)[] | undefined,
  };
}

// --- Statements -------------------------------------------------------------------------------

/** What belongs to a line of Lua. */
export function ofSite(site: Site, statement: JsStatement) {
  return { type: "Sited" as const, site, statement, mentioned: 0 };
}

/** Conditions and loops. */
export function branching(type: string, test: JsExpression | null) {
  return {
    type,
    test,
    consequent: undefined as ESTree.Statement | undefined,
    alternate: undefined as ESTree.Statement | null | undefined,
    init: undefined as ESTree.ForStatement["init"],
    update: undefined as JsExpression | null | undefined,
    body: undefined as ESTree.Statement | undefined,
  };
}

/** What is an expression, statements, or a jump. */
export function simple(type: string) {
  return {
    type,
    expression: undefined as JsExpression | undefined,
    argument: undefined as JsExpression | undefined,
    label: undefined as ESTree.Identifier | null | undefined,
    body: undefined as ESTree.Statement | ESTree.Statement[] | undefined,
  };
}

/** All others, of which exits are the most. */
export function otherStatement(type: string) {
  return {
    type,
    pc: 0,
    resumption: undefined as Resumption | undefined,
    isLast: false,
    visible: undefined as readonly string[] | undefined,
    text: "",
    kind: undefined as ESTree.VariableDeclaration["kind"] | undefined,
    declarations: undefined as ESTree.VariableDeclarator[] | undefined,
    discriminant: undefined as JsExpression | undefined,
    cases: undefined as ESTree.SwitchCase[] | undefined,
    block: undefined as ESTree.BlockStatement | undefined,
    finalizer: undefined as ESTree.BlockStatement | undefined,
  };
}
