/**
 * Prints the expressions that emitted code consists of, with astring's layout and parentheses (a test holds
 * the two together). Astring took a third of the compiler's time: for each node it finds a method by the name of its
 * kind, for each pair of nodes it looks into a table of precedences, and it counts the lines of each word.
 */
import type * as ESTree from "estree";
import { CompilerBug } from "../compilerBug.ts";
import { UNDEFINED, type JsExpression } from "../3-generate/index.ts";
import type { CodeWriter } from "./codeWriter.ts";
import {
  BRACE,
  BRACE_END,
  BRACKET,
  BRACKET_END,
  CLOSING,
  DOT,
  DOTS,
  FUNCTION,
  FUNCTION_TYPE,
  NEW,
  NOT,
  NULL,
  NUMBER,
  OBJECT,
  OPENING,
  operatorOf,
  QUOTE,
  SPACE,
  THIS,
  TYPEOF,
  UNDEFINED_TEXT,
} from "./marks.ts";
import type { Piece } from "./textWriter.ts";

type Printable = JsExpression | ESTree.Pattern | ESTree.SpreadElement | ESTree.Super;

type BinaryNode = ESTree.BinaryExpression | ESTree.LogicalExpression;

/**
 * How strongly what is around an expression pulls at it: what binds less gets parentheses. An operator pulls at its left
 * operand as strongly as it binds itself, and a little more at the right one.
 */
const NOTHING_AROUND = 0;
/** The condition of `a ? b : c`. */
const IN_CONDITION = 1;
/** Of `??`, which takes none of the other logical operators beside it without parentheses. */
const IN_COALESCE = 9;
const IN_UNARY = 26;
/** Before `.name`, `[index]` and `(values)`. */
const IN_HEAD = 27;

/** The most frequent kinds first: a switch compares one text after the other. */
export function printExpression(node: Printable, out: CodeWriter, around = NOTHING_AROUND): void {
  switch (node.type) {
    case "Identifier":
      if (node === UNDEFINED) out.put(UNDEFINED_TEXT);
      else out.write(node.name);
      return;
    case "BinaryExpression":
    case "LogicalExpression":
      printBinary(node, out, around);
      return;
    case "CallExpression":
      printExpression(node.callee, out, IN_HEAD);
      printList(OPENING, node.arguments, CLOSING, out);
      return;
    case "MemberExpression":
      printMember(node, out);
      return;
    case "Literal":
      if (around === IN_HEAD) out.put(OPENING);
      printLiteral(node, out);
      if (around === IN_HEAD) out.put(CLOSING);
      return;
    case "UnaryExpression":
      if (around === IN_HEAD) out.put(OPENING);
      printUnary(node, out);
      if (around === IN_HEAD) out.put(CLOSING);
      return;
    case "AssignmentExpression":
      printAssignment(node, out, around);
      return;
    case "ConditionalExpression":
    case "ArrowFunctionExpression":
    case "FunctionExpression":
    case "ObjectExpression":
      if (around > NOTHING_AROUND) out.put(OPENING);
      printLoose(node, out);
      if (around > NOTHING_AROUND) out.put(CLOSING);
      return;
    default:
      printRare(node, out);
  }
}

function printBinary({ operator, left, right }: BinaryNode, out: CodeWriter, around: number): void {
  const known = operatorOf(operator);
  const { binding } = known;
  const pull = operator === "??" ? IN_COALESCE : binding;
  if (binding < around) out.put(OPENING);
  printExpression(left as JsExpression, out, pull);
  // Two signs in a row would be another operator.
  if (out.isCompact && (operator === "-" || operator === "+") && beginsWithSign(right)) {
    out.put(known.compact);
    out.put(SPACE);
  } else out.putOperator(known);
  const type = left.type === "UnaryExpression" ? typeNameOf(right) : undefined;
  if (type !== undefined) out.put(type);
  else printExpression(right, out, pull + 1);
  if (binding < around) out.put(CLOSING);
}

/** Of what a `typeof` is compared with. */
function typeNameOf(node: JsExpression): Piece | undefined {
  if (node.type !== "Literal") return undefined;
  switch (node.value) {
    case "number":
      return NUMBER;
    case "object":
      return OBJECT;
    case "function":
      return FUNCTION_TYPE;
    default:
      return undefined;
  }
}

function beginsWithSign(node: JsExpression): boolean {
  switch (node.type) {
    case "BinaryExpression":
    case "LogicalExpression":
      return beginsWithSign(node.left as JsExpression);
    case "Literal":
      return typeof node.value === "number" && node.value < 0;
    default:
      return node.type === "UnaryExpression" || node.type === "UpdateExpression";
  }
}

function printLiteral({ value }: ESTree.Literal, out: CodeWriter): void {
  if (typeof value === "number") out.writeNumber(value);
  else if (value === null) out.put(NULL);
  else if (typeof value !== "string") out.write(String(value));
  else if (PLAIN.test(value)) {
    out.put(QUOTE);
    out.write(value);
    out.put(QUOTE);
  } else out.write(JSON.stringify(value));
}

/** What stands in quotes as it is. */
const PLAIN = /^[\w ]*$/;

function printAssignment(
  { left, operator, right }: ESTree.AssignmentExpression,
  out: CodeWriter,
  around: number,
): void {
  if (around > NOTHING_AROUND) out.put(OPENING);
  printExpression(left, out);
  out.putOperator(operatorOf(operator));
  printExpression(right, out);
  if (around > NOTHING_AROUND) out.put(CLOSING);
}

type LooseNode =
  | ESTree.ConditionalExpression
  | ESTree.ArrowFunctionExpression
  | ESTree.FunctionExpression
  | ESTree.ObjectExpression;

/** Of what any operator beside it would take a part. */
function printLoose(node: LooseNode, out: CodeWriter): void {
  switch (node.type) {
    case "ConditionalExpression":
      printExpression(node.test, out, IN_CONDITION);
      out.put(out.marks.question);
      printExpression(node.consequent, out);
      out.put(out.marks.otherwise);
      printExpression(node.alternate, out);
      return;
    case "ArrowFunctionExpression":
      printArrow(node, out);
      return;
    case "FunctionExpression":
      if (node.id) {
        out.put(FUNCTION);
        out.write(node.id.name);
      } else out.put(out.marks.function);
      printList(OPENING, node.params, out.marks.closing, out);
      out.writeBlock(node.body.body);
      return;
    case "ObjectExpression":
      printProperties(node.properties as ESTree.Property[], out.marks.braceSpace, out);
  }
}

function printRare(node: Printable, out: CodeWriter): void {
  switch (node.type) {
    case "NewExpression":
      out.put(NEW);
      printExpression(node.callee, out, IN_HEAD);
      printList(OPENING, node.arguments, CLOSING, out);
      return;
    case "ArrayExpression":
      printList(BRACKET, node.elements as JsExpression[], BRACKET_END, out);
      return;
    case "SpreadElement":
    case "RestElement":
      out.put(DOTS);
      printExpression(node.argument, out);
      return;
    case "UpdateExpression":
      if (node.prefix) out.write(node.operator);
      printExpression(node.argument, out);
      if (!node.prefix) out.write(node.operator);
      return;
    case "ObjectPattern":
      printProperties(node.properties as ESTree.Property[], undefined, out);
      return;
    case "ThisExpression":
      out.put(THIS);
      return;
    default:
      throw new CompilerBug(`no text of a ${node.type}`);
  }
}

/** @param space Inside the braces. */
function printProperties(
  properties: readonly ESTree.Property[],
  space: Piece | undefined,
  out: CodeWriter,
): void {
  out.put(BRACE);
  if (space !== undefined) out.put(space);
  for (let index = 0; index < properties.length; index++) {
    if (index > 0) out.put(out.marks.comma);
    printProperty(properties[index] as ESTree.Property, out);
  }
  if (space !== undefined) out.put(space);
  out.put(BRACE_END);
}

function printArrow({ params, body }: ESTree.ArrowFunctionExpression, out: CodeWriter): void {
  if (body.type === "BlockStatement" || body.type === "ObjectExpression") {
    throw new CompilerBug("no text of an arrow function with braces");
  }
  const [first] = params;
  if (params.length === 1 && first?.type === "Identifier") out.write(first.name);
  else printList(OPENING, params, CLOSING, out);
  out.put(out.marks.arrow);
  printExpression(body, out);
}

function printProperty(
  { key, value, shorthand, computed }: ESTree.Property,
  out: CodeWriter,
): void {
  if (computed) throw new CompilerBug("no text of a computed property");
  if (!shorthand) {
    printExpression(key, out);
    out.put(out.marks.colon);
  }
  printExpression(value, out);
}

function printMember(
  { object, property, computed }: ESTree.MemberExpression,
  out: CodeWriter,
): void {
  printExpression(object, out, IN_HEAD);
  if (computed) {
    out.put(BRACKET);
    printExpression(property as JsExpression, out);
    out.put(BRACKET_END);
  } else {
    out.put(DOT);
    out.write((property as ESTree.Identifier).name);
  }
}

function printUnary({ operator, argument }: ESTree.UnaryExpression, out: CodeWriter): void {
  if (operator === "typeof") out.put(TYPEOF);
  else if (operator === "!") out.put(NOT);
  else out.write(operator);
  const isRepeated =
    operator === "-" && argument.type === "UnaryExpression" && argument.operator === "-";
  if ((operator.length > 1 && operator !== "typeof") || isRepeated) out.put(SPACE);
  printExpression(argument, out, IN_UNARY);
}

/** Expressions with commas between them. */
export function printList(
  opening: Piece,
  nodes: readonly (JsExpression | ESTree.SpreadElement | ESTree.Pattern)[],
  closing: Piece,
  out: CodeWriter,
): void {
  out.put(opening);
  for (let index = 0; index < nodes.length; index++) {
    if (index > 0) out.put(out.marks.comma);
    printExpression(nodes[index] as JsExpression, out);
  }
  out.put(closing);
}
