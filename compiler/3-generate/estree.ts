/**
 * Builders for the ESTree nodes that emitted code consists of, and the node kinds of our own that
 * the printer knows (4-print):
 *
 * - `Sited`: a statement that stems from a line of Lua; one that may suspend or raise also says
 *   what its operands are called.
 * - `SuspendExit`: leaves the function because a call suspended, on one line:
 *   `{ $pc |= 3; break $body; }`, or `$pc |= -3` when nothing is left to do behind it. It also says what the results are for, once they are there.
 * - `Comment`: a line comment, for whoever reads the code.
 * - `Step`: for debuggers, what was a sited statement as a part of an expression (debugging/joinSteps.ts).
 *
 * For debuggers statements also carry their place in Lua, and identifiers in declarations their Lua name.
 */
import type * as ESTree from "estree";
import { isWord } from "../words.ts";
import type { Site } from "./site.ts";

declare module "estree" {
  interface BaseNodeWithoutComments {
    luaPlace?: LuaPlace | undefined;
  }
  interface Identifier {
    /** The Lua variable that is declared here. */
    luaName?: string | undefined;
  }
  interface ExpressionMap {
    Step: Step;
  }
}

/** Where a debugger stops: in a Lua statement, at one of its lines. */
export interface LuaPlace {
  /** Byte offset of the statement. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
}

export interface Sited {
  type: "Sited";
  site: Site;
  statement: JsStatement;
  /** Of the variables that are looked at (resume/findSavedVariables.ts), those that occur in it. */
  mentioned: number;
  luaPlace?: LuaPlace | undefined;
}

export function sited(site: Site, statement: JsStatement): Sited {
  return { type: "Sited", site, statement, mentioned: 0 };
}

/** An expression on a line of its own. */
export interface Step extends ESTree.BaseExpression {
  type: "Step";
  readonly site: Site;
  /** Of the exit in it. */
  readonly pc: number | undefined;
  readonly expression: JsExpression;
}

export interface SuspendExit {
  type: "SuspendExit";
  /** Unique in its function and ascending in the order of the text (resume/planExits.ts). */
  pc: number;
  readonly resumption: Resumption;
  /** Whether the function returns nothing behind it (resume/planExits.ts). */
  isLast: boolean;
  /** For debuggers: the Lua variables that are in scope, by their JavaScript names. */
  readonly visible?: readonly string[] | undefined;
  /** For debuggers: what leaves the function, in place of the jump out of `$body`. */
  leave?: JsExpression;
  luaPlace?: LuaPlace | undefined;
}

/** Where the results of a call that suspended go when the function goes on behind it. */
export type Resumption =
  | { readonly form: "none" }
  /** The first result, or an array of all. */
  | { readonly form: "first" | "all"; readonly place: ESTree.Identifier | ESTree.MemberExpression };

/** A line comment. */
export interface Comment {
  type: "Comment";
  text: string;
  luaPlace?: LuaPlace | undefined;
}

/** `// @12`: what follows, up to the next one, stems from line 12 of the Lua source. */
export function lineMark(line: number): Comment {
  return { type: "Comment", text: `@${String(line)}` };
}

export type JsStatement = ESTree.Statement | Sited | SuspendExit | Comment;
export type JsExpression = ESTree.Expression;

export function identifier(name: string): ESTree.Identifier {
  return { type: "Identifier", name };
}

/** An identifier in a declaration. @param luaNames What Lua variables are called, by JavaScript name. */
export function declared(name: string, luaNames: ReadonlyMap<string, string>): ESTree.Identifier {
  const luaName = luaNames.get(name);
  return luaName === undefined ? identifier(name) : { ...identifier(name), luaName };
}

export const UNDEFINED = identifier("undefined");
/** What helpers return in place of what is not there yet, as a call suspended (runtime/core/call.ts). */
export const NULL: JsExpression = { type: "Literal", value: null };
const ZERO: JsExpression = { type: "Literal", value: 0 };

export function literal(value: string | number | boolean): JsExpression {
  if (typeof value !== "number") return { type: "Literal", value };
  if (Object.is(value, 0)) return ZERO;
  if (Number.isNaN(value)) return identifier("NaN");
  if (value < 0 || Object.is(value, -0)) return unary("-", literal(-value));
  return value === Infinity ? identifier("Infinity") : { type: "Literal", value };
}

export function unary(operator: ESTree.UnaryOperator, argument: JsExpression): JsExpression {
  return { type: "UnaryExpression", operator, prefix: true, argument };
}

export function binary(
  operator: ESTree.BinaryOperator,
  left: JsExpression,
  right: JsExpression,
): JsExpression {
  return { type: "BinaryExpression", operator, left, right };
}

export function logical(
  operator: "&&" | "||",
  left: JsExpression,
  right: JsExpression,
): JsExpression {
  return { type: "LogicalExpression", operator, left, right };
}

/** `value ?? otherwise` */
export function coalesce(value: JsExpression, otherwise: JsExpression): JsExpression {
  return { type: "LogicalExpression", operator: "??", left: value, right: otherwise };
}

export function and(...conditions: JsExpression[]): JsExpression {
  return chain("&&", conditions);
}

export function or(...conditions: JsExpression[]): JsExpression {
  return chain("||", conditions);
}

/** `a && b && c`, without parentheses, where the right side is `b && c`. */
function chained(operator: "&&" | "||", left: JsExpression, right: JsExpression): JsExpression {
  return right.type === "LogicalExpression" && right.operator === operator
    ? logical(operator, chained(operator, left, right.left), right.right)
    : logical(operator, left, right);
}

/** @param conditions At least one. */
function chain(operator: "&&" | "||", conditions: readonly JsExpression[]): JsExpression {
  let all = conditions[0] as JsExpression;
  for (let index = 1; index < conditions.length; index++) {
    all = chained(operator, all, conditions[index] as JsExpression);
  }
  return all;
}

export function not(condition: JsExpression): JsExpression {
  if (condition.type === "UnaryExpression" && condition.operator === "!") {
    return condition.argument;
  }
  if (condition.type === "BinaryExpression") {
    const { operator, left, right } = condition;
    const opposite = oppositeOf(operator);
    if (opposite !== undefined) return binary(opposite, left as JsExpression, right);
  }
  return unary("!", condition);
}

/** Only of tests without NaN to mind: `!(a < b)` is not `a >= b`. */
function oppositeOf(operator: ESTree.BinaryOperator): ESTree.BinaryOperator | undefined {
  if (operator === "===") return "!==";
  return operator === "!==" ? "===" : undefined;
}

export function conditional(
  test: JsExpression,
  consequent: JsExpression,
  alternate: JsExpression,
): JsExpression {
  return { type: "ConditionalExpression", test, consequent, alternate };
}

/** `object.name`, or `object["na me"]` where the name is no identifier. */
export function member(object: JsExpression, name: string): ESTree.MemberExpression {
  const computed = !isWord(name) && !/^[A-Za-z_$][\w$]*$/.test(name);
  return {
    type: "MemberExpression",
    object,
    property: computed ? { type: "Literal", value: name } : identifier(name),
    computed,
    optional: false,
  };
}

export function element(object: JsExpression, index: JsExpression): ESTree.MemberExpression {
  return { type: "MemberExpression", object, property: index, computed: true, optional: false };
}

export function call(
  callee: JsExpression,
  ...values: (JsExpression | ESTree.SpreadElement)[]
): JsExpression {
  return { type: "CallExpression", callee, arguments: values, optional: false };
}

export function create(callee: JsExpression, ...values: JsExpression[]): JsExpression {
  return { type: "NewExpression", callee, arguments: values };
}

export function array(values: readonly (JsExpression | ESTree.SpreadElement)[]): JsExpression {
  return { type: "ArrayExpression", elements: [...values] };
}

export function spread(argument: JsExpression): ESTree.SpreadElement {
  return { type: "SpreadElement", argument };
}

export function arrow(params: readonly ESTree.Identifier[], body: JsExpression): JsExpression {
  return {
    type: "ArrowFunctionExpression",
    params: params as ESTree.Identifier[],
    body,
    expression: true,
  };
}

/** `{ name: value, ... }`; in short, `{ name }`, where the value is the identifier. */
export function objectOf(
  properties: readonly (readonly [name: string, value: JsExpression])[],
): JsExpression {
  return {
    type: "ObjectExpression",
    properties: properties.map(([name, value]) => ({
      type: "Property",
      key: identifier(name),
      value,
      kind: "init",
      method: false,
      shorthand: value.type === "Identifier" && value.name === name,
      computed: false,
    })),
  };
}

export function assign(target: ESTree.Pattern, value: JsExpression): JsExpression {
  return { type: "AssignmentExpression", operator: "=", left: target, right: value };
}

/** `{ v: value }`: the box of a variable that closures share. */
export function box(value: JsExpression): JsExpression {
  return objectOf([["v", value]]);
}

/** `typeof value === "type"` */
export function isType(value: JsExpression, type: keyof typeof TYPES): JsExpression {
  return binary("===", unary("typeof", value), TYPES[type]);
}

const TYPES = {
  boolean: literal("boolean"),
  function: literal("function"),
  number: literal("number"),
  object: literal("object"),
  string: literal("string"),
};

export function isArray(value: JsExpression): JsExpression {
  return call(IS_ARRAY, value);
}

const IS_ARRAY = member(identifier("Array"), "isArray");

export function isNil(value: JsExpression): JsExpression {
  return binary("===", value, UNDEFINED);
}

/** `Resumption`s for a value wanted in a variable, a list wanted there, and neither. */
export function firstInto(place: ESTree.Identifier): Resumption {
  return { form: "first", place };
}

export function allInto(place: ESTree.Identifier): Resumption {
  return { form: "all", place };
}

export const DROPPED: Resumption = { form: "none" };

// --- Statements -------------------------------------------------------------------------------

export function expressionStatement(expression: JsExpression): ESTree.Statement {
  return { type: "ExpressionStatement", expression };
}

export function assignStatement(target: ESTree.Pattern, value: JsExpression): ESTree.Statement {
  return expressionStatement(assign(target, value));
}

export function block(statements: readonly JsStatement[]): ESTree.BlockStatement {
  return { type: "BlockStatement", body: statements as ESTree.Statement[] };
}

export function ifStatement(
  test: JsExpression,
  consequent: JsStatement,
  alternate?: JsStatement,
): ESTree.Statement {
  return {
    type: "IfStatement",
    test,
    consequent: consequent as ESTree.Statement,
    alternate: (alternate as ESTree.Statement | undefined) ?? null,
  };
}

export function returnStatement(argument: JsExpression): ESTree.Statement {
  return { type: "ReturnStatement", argument };
}

export function breakStatement(label?: string): ESTree.Statement {
  return { type: "BreakStatement", label: label === undefined ? null : identifier(label) };
}

export function continueStatement(label: string): ESTree.Statement {
  return { type: "ContinueStatement", label: identifier(label) };
}

export function labeled(label: string, body: JsStatement): ESTree.Statement {
  return { type: "LabeledStatement", label: identifier(label), body: body as ESTree.Statement };
}

/** `for (;;) { ... }` */
export function forever(statements: readonly JsStatement[]): ESTree.Statement {
  return { type: "ForStatement", init: null, test: null, update: null, body: block(statements) };
}

/**
 * A constant of the module. Written as `var`, which nobody assigns to: V8 knows that as well as of a `const`, of which it would ask
 * at each use in a function whether it has its value by now.
 */
export function constant(name: string, value: JsExpression): ESTree.Statement {
  return {
    type: "VariableDeclaration",
    kind: "var",
    declarations: [{ type: "VariableDeclarator", id: identifier(name), init: value }],
  };
}

/**
 * @param zeros Those that begin as 0 rather than `undefined`.
 * @param others What else there is, with what it begins as.
 */
export function declareLet(
  names: readonly string[],
  zeros: ReadonlySet<string> = new Set(),
  others: readonly { readonly name: string; readonly value: JsExpression }[] = [],
): ESTree.VariableDeclaration {
  const declarations: ESTree.VariableDeclarator[] = names.map((name) => ({
    type: "VariableDeclarator",
    id: identifier(name),
    init: zeros.has(name) ? literal(0) : null,
  }));
  for (const { name, value } of others) {
    declarations.push({ type: "VariableDeclarator", id: identifier(name), init: value });
  }
  return { type: "VariableDeclaration", kind: "let", declarations };
}
