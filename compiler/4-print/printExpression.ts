/**
 * Prints the expressions that emitted code consists of, with astring's layout and parentheses (a test holds
 * the two together). Astring took a third of the compiler's time: for each node it finds a method by the name of its
 * kind, for each pair of nodes it looks into a table of precedences, and it counts the lines of each word.
 */
import type * as ESTree from "estree";
import { CompilerBug } from "../compilerBug.ts";
import type { JsExpression } from "../3-generate/index.ts";
import type { CodeWriter } from "./codeWriter.ts";

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

/** How strongly binary operators bind: an even number. `??` gets parentheses from all operators, and from itself. */
function bindingOf(operator: BinaryNode["operator"]): number {
  switch (operator) {
    case "===":
    case "!==":
      return 16;
    case "&&":
      return 8;
    case "||":
      return 4;
    case "+":
    case "-":
      return 22;
    case "<":
    case ">":
    case "<=":
    case ">=":
      return 18;
    case "*":
    case "%":
    case "/":
      return 24;
    case "??":
      return IN_CONDITION;
    case "&":
      return 14;
    case "^":
      return 12;
    case "|":
      return 10;
    case "<<":
    case ">>":
    case ">>>":
      return 20;
    default:
      throw new CompilerBug(`no text of the operator ${operator}`);
  }
}

/** Asks each node for its kind once: there are so many kinds that V8 has to look it up. */
export function printExpression(node: Printable, out: CodeWriter, around = NOTHING_AROUND): void {
  switch (node.type) {
    case "Identifier":
      out.write(node.name);
      return;
    case "BinaryExpression":
    case "LogicalExpression":
      printBinary(node, out, around);
      return;
    case "CallExpression":
      printExpression(node.callee, out, IN_HEAD);
      printList("(", node.arguments, ")", out);
      return;
    case "MemberExpression":
      printMember(node, out);
      return;
    case "Literal":
      if (around === IN_HEAD) out.write("(");
      printLiteral(node, out);
      if (around === IN_HEAD) out.write(")");
      return;
    case "UnaryExpression":
      if (around === IN_HEAD) out.write("(");
      printUnary(node, out);
      if (around === IN_HEAD) out.write(")");
      return;
    case "AssignmentExpression":
      printAssignment(node, out, around);
      return;
    case "ConditionalExpression":
    case "ArrowFunctionExpression":
    case "FunctionExpression":
    case "ObjectExpression":
      if (around > NOTHING_AROUND) out.write("(");
      printLoose(node, out);
      if (around > NOTHING_AROUND) out.write(")");
      return;
    default:
      printRare(node, out);
  }
}

function printBinary({ operator, left, right }: BinaryNode, out: CodeWriter, around: number): void {
  const binding = bindingOf(operator);
  const pull = operator === "??" ? IN_COALESCE : binding;
  if (binding < around) out.write("(");
  printExpression(left as JsExpression, out, pull);
  // Two signs in a row would be another operator.
  if (out.isCompact && (operator === "-" || operator === "+") && beginsWithSign(right)) {
    out.write(operator);
    out.write(" ");
  } else out.writeOperator(operator);
  printExpression(right, out, pull + 1);
  if (binding < around) out.write(")");
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
  if (typeof value !== "string") out.write(String(value));
  else if (PLAIN.test(value)) {
    out.write('"');
    out.write(value);
    out.write('"');
  } else out.write(JSON.stringify(value));
}

/** What stands in quotes as it is. */
const PLAIN = /^[\w ]*$/;

function printAssignment(
  { left, operator, right }: ESTree.AssignmentExpression,
  out: CodeWriter,
  around: number,
): void {
  if (around > NOTHING_AROUND) out.write("(");
  printExpression(left, out);
  out.writeOperator(operator);
  printExpression(right, out);
  if (around > NOTHING_AROUND) out.write(")");
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
      out.writeOperator("?");
      printExpression(node.consequent, out);
      out.writeOperator(":");
      printExpression(node.alternate, out);
      return;
    case "ArrowFunctionExpression":
      printArrow(node, out);
      return;
    case "FunctionExpression":
      out.write(node.id ? `function ${node.id.name}` : out.isCompact ? "function" : "function ");
      printList("(", node.params, out.isCompact ? ")" : ") ", out);
      out.writeBlock(node.body.body);
      return;
    case "ObjectExpression":
      printProperties(node.properties as ESTree.Property[], out.isCompact ? "" : " ", out);
  }
}

function printRare(node: Printable, out: CodeWriter): void {
  switch (node.type) {
    case "NewExpression":
      out.write("new ");
      printExpression(node.callee, out, IN_HEAD);
      printList("(", node.arguments, ")", out);
      return;
    case "ArrayExpression":
      printList("[", node.elements as JsExpression[], "]", out);
      return;
    case "SpreadElement":
    case "RestElement":
      out.write("...");
      printExpression(node.argument, out);
      return;
    case "UpdateExpression":
      if (node.prefix) out.write(node.operator);
      printExpression(node.argument, out);
      if (!node.prefix) out.write(node.operator);
      return;
    case "ObjectPattern":
      printProperties(node.properties as ESTree.Property[], "", out);
      return;
    case "ThisExpression":
      out.write("this");
      return;
    default:
      throw new CompilerBug(`no text of a ${node.type}`);
  }
}

/** @param space Inside the braces. */
function printProperties(
  properties: readonly ESTree.Property[],
  space: string,
  out: CodeWriter,
): void {
  out.write("{");
  out.write(space);
  for (let index = 0; index < properties.length; index++) {
    if (index > 0) out.write(out.isCompact ? "," : ", ");
    printProperty(properties[index] as ESTree.Property, out);
  }
  out.write(space);
  out.write("}");
}

function printArrow({ params, body }: ESTree.ArrowFunctionExpression, out: CodeWriter): void {
  if (body.type === "BlockStatement" || body.type === "ObjectExpression") {
    throw new CompilerBug("no text of an arrow function with braces");
  }
  const [first] = params;
  if (params.length === 1 && first?.type === "Identifier") out.write(first.name);
  else printList("(", params, ")", out);
  out.writeOperator("=>");
  printExpression(body, out);
}

function printProperty(
  { key, value, shorthand, computed }: ESTree.Property,
  out: CodeWriter,
): void {
  if (computed) throw new CompilerBug("no text of a computed property");
  if (!shorthand) {
    printExpression(key, out);
    out.write(out.isCompact ? ":" : ": ");
  }
  printExpression(value, out);
}

function printMember(
  { object, property, computed }: ESTree.MemberExpression,
  out: CodeWriter,
): void {
  printExpression(object, out, IN_HEAD);
  if (computed) {
    out.write("[");
    printExpression(property as JsExpression, out);
    out.write("]");
  } else {
    out.write(".");
    out.write((property as ESTree.Identifier).name);
  }
}

function printUnary({ operator, argument }: ESTree.UnaryExpression, out: CodeWriter): void {
  out.write(operator);
  const isRepeated =
    operator === "-" && argument.type === "UnaryExpression" && argument.operator === "-";
  if (operator.length > 1 || isRepeated) out.write(" ");
  printExpression(argument, out, IN_UNARY);
}

/** Expressions with commas between them. */
export function printList(
  opening: string,
  nodes: readonly (JsExpression | ESTree.SpreadElement | ESTree.Pattern)[],
  closing: string,
  out: CodeWriter,
): void {
  out.write(opening);
  for (let index = 0; index < nodes.length; index++) {
    if (index > 0) out.write(out.isCompact ? "," : ", ");
    printExpression(nodes[index] as JsExpression, out);
  }
  out.write(closing);
}
