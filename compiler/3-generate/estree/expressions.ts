/** Builders for the expressions that emitted code consists of. */
import type * as ESTree from "estree";
import { isWord } from "../../words.ts";
import { access, leaf, operation, otherExpression } from "./layouts.ts";
import type { JsExpression, Resumption } from "./nodes.ts";

export function identifier(name: string): ESTree.Identifier {
  return leaf("Identifier", name, 0);
}

/** An identifier in a declaration. @param luaNames What Lua variables are called, by JavaScript name. */
export function declared(name: string, luaNames: ReadonlyMap<string, string>): ESTree.Identifier {
  const luaName = luaNames.get(name);
  return luaName === undefined ? identifier(name) : { ...identifier(name), luaName };
}

export const UNDEFINED = identifier("undefined");
/** What helpers return in place of what is not there yet, as a call suspended (runtime/core/call.ts). */
export const NULL: JsExpression = leaf("Literal", undefined, null);
const ZERO: JsExpression = leaf("Literal", undefined, 0);
export const THIS: JsExpression = leaf("ThisExpression", undefined, undefined);

export function literal(value: string | number | boolean): JsExpression {
  if (typeof value !== "number") return leaf("Literal", undefined, value);
  if (Object.is(value, 0)) return ZERO;
  if (Number.isNaN(value)) return identifier("NaN");
  if (value < 0 || Object.is(value, -0)) return unary("-", literal(-value));
  return value === Infinity ? identifier("Infinity") : leaf("Literal", undefined, value);
}

export function unary(operator: ESTree.UnaryOperator, argument: JsExpression): JsExpression {
  const node = otherExpression("UnaryExpression");
  node.operator = operator;
  node.argument = argument;
  return node as ESTree.UnaryExpression;
}

/** `--place` */
export function decrement(place: JsExpression): JsExpression {
  const node = otherExpression("UpdateExpression");
  node.operator = "--";
  node.argument = place;
  return node as ESTree.UpdateExpression;
}

export function binary(
  operator: ESTree.BinaryOperator,
  left: JsExpression,
  right: JsExpression,
): JsExpression {
  return operation("BinaryExpression", operator, left, right);
}

export function logical(
  operator: "&&" | "||",
  left: JsExpression,
  right: JsExpression,
): JsExpression {
  return operation("LogicalExpression", operator, left, right);
}

/** `value ?? otherwise` */
export function coalesce(value: JsExpression, otherwise: JsExpression): JsExpression {
  return operation("LogicalExpression", "??", value, otherwise);
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
  const node = otherExpression("ConditionalExpression");
  node.test = test;
  node.consequent = consequent;
  node.alternate = alternate;
  return node as ESTree.ConditionalExpression;
}

/** `object.name`, or `object["na me"]` where the name is no identifier. */
export function member(object: JsExpression, name: string): ESTree.MemberExpression {
  const computed = !isWord(name) && !/^[A-Za-z_$][\w$]*$/.test(name);
  return memberOf(object, computed ? literal(name) : identifier(name), computed);
}

export function element(object: JsExpression, index: JsExpression): ESTree.MemberExpression {
  return memberOf(object, index, true);
}

function memberOf(
  object: JsExpression,
  property: JsExpression,
  computed: boolean,
): ESTree.MemberExpression {
  const node = access("MemberExpression");
  node.object = object;
  node.property = property;
  node.computed = computed;
  return node as ESTree.MemberExpression;
}

export function call(
  callee: JsExpression,
  ...values: (JsExpression | ESTree.SpreadElement)[]
): JsExpression {
  return calling("CallExpression", callee, values);
}

export function create(callee: JsExpression, ...values: JsExpression[]): JsExpression {
  return calling("NewExpression", callee, values);
}

function calling(
  type: ESTree.CallExpression["type"],
  callee: JsExpression,
  values: (JsExpression | ESTree.SpreadElement)[],
): JsExpression {
  const node = access(type);
  node.callee = callee;
  node.arguments = values;
  return node as ESTree.CallExpression;
}

export function array(values: readonly (JsExpression | ESTree.SpreadElement)[]): JsExpression {
  const node = otherExpression("ArrayExpression");
  node.elements = [...values];
  return node as ESTree.ArrayExpression;
}

export function spread(argument: JsExpression): ESTree.SpreadElement {
  const node = otherExpression("SpreadElement");
  node.argument = argument;
  return node as ESTree.SpreadElement;
}

/** `...name`, among parameters. */
export function restElement(name: ESTree.Identifier): ESTree.RestElement {
  const node = otherExpression("RestElement");
  node.argument = name;
  return node as ESTree.RestElement;
}

export function arrow(params: readonly ESTree.Identifier[], body: JsExpression): JsExpression {
  const node = otherExpression("ArrowFunctionExpression");
  node.params = params as ESTree.Identifier[];
  node.body = body;
  node.expression = true;
  return node as ESTree.ArrowFunctionExpression;
}

/** `function name(params) { body }` */
export function functionExpression(
  id: ESTree.Identifier | null,
  params: ESTree.Pattern[],
  body: ESTree.BlockStatement,
): ESTree.FunctionExpression {
  const node = otherExpression("FunctionExpression");
  node.id = id;
  node.params = params;
  node.body = body;
  return node as ESTree.FunctionExpression;
}

/** `{ name: value, ... }`; in short, `{ name }`, where the value is the identifier. */
export function objectOf(
  properties: readonly (readonly [name: string, value: JsExpression])[],
): JsExpression {
  const node = otherExpression("ObjectExpression");
  node.properties = propertiesOf(properties);
  return node as ESTree.ObjectExpression;
}

/** `{ name: variable, ... }`, to take the properties of an object into variables. */
export function objectPattern(
  properties: readonly (readonly [name: string, variable: ESTree.Identifier])[],
): ESTree.ObjectPattern {
  const node = otherExpression("ObjectPattern");
  node.properties = propertiesOf(properties);
  return node as ESTree.ObjectPattern;
}

function propertiesOf(
  properties: readonly (readonly [name: string, value: JsExpression])[],
): ESTree.Property[] {
  return properties.map(([name, value]) => ({
    type: "Property",
    key: identifier(name),
    value,
    kind: "init",
    method: false,
    shorthand: value.type === "Identifier" && value.name === name,
    computed: false,
  }));
}

export function assign(
  target: ESTree.Pattern,
  value: JsExpression,
  operator: ESTree.AssignmentOperator = "=",
): JsExpression {
  return operation("AssignmentExpression", operator, target, value);
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
