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

/** Of binary operators; what binds less than what is around it needs parentheses. */
function bindingOf(operator: BinaryNode["operator"]): number {
  switch (operator) {
    case "===":
    case "!==":
      return 8;
    case "&&":
      return 4;
    case "||":
      return 2;
    case "+":
    case "-":
      return 11;
    case "<":
    case ">":
    case "<=":
    case ">=":
      return 9;
    case "*":
    case "%":
    case "/":
      return 12;
    case "??":
      return 3;
    case "&":
      return 7;
    case "^":
      return 6;
    case "|":
      return 5;
    case "<<":
    case ">>":
    case ">>>":
      return 10;
    default:
      throw new CompilerBug(`no text of the operator ${operator}`);
  }
}

export function printExpression(node: Printable, out: CodeWriter): void {
  switch (node.type) {
    case "Identifier":
      out.write(node.name);
      return;
    case "BinaryExpression":
    case "LogicalExpression":
      printBinary(node, out);
      return;
    case "AssignmentExpression":
      printExpression(node.left, out);
      out.writeOperator(node.operator);
      printExpression(node.right, out);
      return;
    case "CallExpression":
      printTight(node.callee, out);
      printList("(", node.arguments, ")", out);
      return;
    case "Literal":
      printLiteral(node, out);
      return;
    case "MemberExpression":
      printMember(node, out);
      return;
    case "UnaryExpression":
      printUnary(node, out);
      return;
    default:
      printRare(node, out);
  }
}

function printBinary({ operator, left, right }: BinaryNode, out: CodeWriter): void {
  printOperand(operator, left as JsExpression, false, out);
  // Two signs in a row would be another operator.
  if ((operator === "-" || operator === "+") && out.isCompact && beginsWithSign(right)) {
    out.write(operator);
    out.write(" ");
  } else out.writeOperator(operator);
  printOperand(operator, right, true, out);
}

function beginsWithSign(node: JsExpression): boolean {
  if (isBinary(node)) return beginsWithSign(node.left as JsExpression);
  if (node.type === "Literal") return typeof node.value === "number" && node.value < 0;
  return node.type === "UnaryExpression" || node.type === "UpdateExpression";
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

function printRare(node: Printable, out: CodeWriter): void {
  switch (node.type) {
    case "ConditionalExpression":
      printEnclosed(node.test, isLoose(node.test) && !isBinary(node.test), out);
      out.writeOperator("?");
      printExpression(node.consequent, out);
      out.writeOperator(":");
      printExpression(node.alternate, out);
      return;
    case "NewExpression":
      out.write("new ");
      printTight(node.callee, out);
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
    case "ObjectExpression":
      printProperties(node.properties as ESTree.Property[], out.isCompact ? "" : " ", out);
      return;
    case "ObjectPattern":
      printProperties(node.properties as ESTree.Property[], "", out);
      return;
    case "FunctionExpression":
      out.write(node.id ? `function ${node.id.name}` : out.isCompact ? "function" : "function ");
      printList("(", node.params, out.isCompact ? ")" : ") ", out);
      out.writeBlock(node.body.body);
      return;
    case "ArrowFunctionExpression":
      printArrow(node, out);
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

/** What stands before `.name`, `[index]` and `(values)`. */
function printTight(node: JsExpression | ESTree.Super, out: CodeWriter): void {
  if (node.type === "Identifier") {
    out.write(node.name);
    return;
  }
  const isEnclosed = node.type === "Literal" || node.type === "UnaryExpression" || isLoose(node);
  printEnclosed(node, isEnclosed, out);
}

function printMember(
  { object, property, computed }: ESTree.MemberExpression,
  out: CodeWriter,
): void {
  printTight(object, out);
  if (computed) {
    out.write("[");
    printExpression(property as JsExpression, out);
    out.write("]");
  } else {
    out.write(".");
    out.write((property as ESTree.Identifier).name);
  }
}

function printOperand(
  around: BinaryNode["operator"],
  node: JsExpression,
  isRight: boolean,
  out: CodeWriter,
): void {
  if (node.type === "Identifier") out.write(node.name);
  else printEnclosed(node, isLoose(node) && !bindsMore(node, around, isRight), out);
}

function bindsMore(node: JsExpression, around: BinaryNode["operator"], isRight: boolean): boolean {
  if (!isBinary(node)) return false;
  const own = bindingOf(node.operator);
  const other = bindingOf(around);
  // Mixed with others, `??` needs parentheses; it gets them from itself, too.
  const isMixed = node.type === "LogicalExpression" && (node.operator === "??" || around === "??");
  return !isMixed && (own > other || (own === other && !isRight));
}

function printUnary({ operator, argument }: ESTree.UnaryExpression, out: CodeWriter): void {
  out.write(operator);
  const isRepeated =
    operator === "-" && argument.type === "UnaryExpression" && argument.operator === "-";
  if (operator.length > 1 || isRepeated) out.write(" ");
  printEnclosed(argument, isLoose(argument), out);
}

function printEnclosed(
  node: JsExpression | ESTree.Super,
  isEnclosed: boolean,
  out: CodeWriter,
): void {
  if (isEnclosed) out.write("(");
  printExpression(node, out);
  if (isEnclosed) out.write(")");
}

function isBinary(node: JsExpression): node is BinaryNode {
  return node.type === "BinaryExpression" || node.type === "LogicalExpression";
}

/** Whether an operator beside an expression would take a part of it. */
function isLoose({ type }: JsExpression | ESTree.Super): boolean {
  switch (type) {
    // The usual ones first.
    case "Literal":
    case "MemberExpression":
    case "CallExpression":
    case "UnaryExpression":
      return false;
    case "BinaryExpression":
    case "LogicalExpression":
    case "AssignmentExpression":
    case "ConditionalExpression":
    case "ArrowFunctionExpression":
    case "FunctionExpression":
    case "ObjectExpression":
      return true;
    default:
      return false;
  }
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
