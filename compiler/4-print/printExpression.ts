/**
 * Prints the expressions that emitted functions consist of, with astring's layout and parentheses (a test holds
 * the two together). Astring took a third of the compiler's time: for each node it finds a method by the name of its
 * kind, for each pair of nodes it looks into a table of precedences, and it counts the lines of each word.
 */
import type * as ESTree from "estree";
import { CompilerBug } from "../compilerBug.ts";
import type { JsExpression } from "../3-generate/index.ts";
import type { TextWriter } from "./textWriter.ts";

type Printable = JsExpression | ESTree.Pattern | ESTree.SpreadElement | ESTree.Super;

/** Of binary operators; what binds less than what is around it needs parentheses. */
const BINDING: Readonly<Record<string, number>> = {
  "||": 2,
  "??": 3,
  "&&": 4,
  "|": 5,
  "^": 6,
  "&": 7,
  "===": 8,
  "!==": 8,
  "<": 9,
  ">": 9,
  "<=": 9,
  ">=": 9,
  "<<": 10,
  ">>": 10,
  ">>>": 10,
  "+": 11,
  "-": 11,
  "*": 12,
  "%": 12,
  "/": 12,
};

export function printExpression(node: Printable, out: TextWriter): void {
  switch (node.type) {
    case "Identifier":
      out.write(node.name);
      return;
    case "MemberExpression":
      printMember(node, out);
      return;
    case "AssignmentExpression":
      printExpression(node.left, out);
      out.write(node.operator === "=" ? " = " : ` ${node.operator} `);
      printExpression(node.right, out);
      return;
    case "BinaryExpression":
    case "LogicalExpression":
      printOperand(node.operator, node.left as JsExpression, false, out);
      out.write(" ");
      out.write(node.operator);
      out.write(" ");
      printOperand(node.operator, node.right, true, out);
      return;
    case "Literal":
      out.write(typeof node.value === "string" ? JSON.stringify(node.value) : String(node.value));
      return;
    case "CallExpression":
      printTight(node.callee, out);
      printList("(", node.arguments, ")", out);
      return;
    case "UnaryExpression":
      printUnary(node, out);
      return;
    default:
      printRare(node, out);
  }
}

function printRare(node: Printable, out: TextWriter): void {
  switch (node.type) {
    case "ConditionalExpression":
      printEnclosed(node.test, isLoose(node.test) && !isBinary(node.test), out);
      out.write(" ? ");
      printExpression(node.consequent, out);
      out.write(" : ");
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
      out.write("{ ");
      node.properties.forEach((property, index) => {
        if (index > 0) out.write(", ");
        printProperty(property as ESTree.Property, out);
      });
      out.write(" }");
      return;
    case "ThisExpression":
      out.write("this");
      return;
    default:
      throw new CompilerBug(`no text of a ${node.type}`);
  }
}

function printProperty(
  { key, value, shorthand, computed }: ESTree.Property,
  out: TextWriter,
): void {
  if (computed) throw new CompilerBug("no text of a computed property");
  if (!shorthand) {
    printExpression(key, out);
    out.write(": ");
  }
  printExpression(value, out);
}

/** What stands before `.name`, `[index]` and `(values)`. */
function printTight(node: JsExpression | ESTree.Super, out: TextWriter): void {
  const isEnclosed = node.type === "Literal" || node.type === "UnaryExpression" || isLoose(node);
  printEnclosed(node, isEnclosed, out);
}

function printMember(
  { object, property, computed }: ESTree.MemberExpression,
  out: TextWriter,
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

function printOperand(around: string, node: JsExpression, isRight: boolean, out: TextWriter): void {
  printEnclosed(node, isLoose(node) && !bindsMore(node, around, isRight), out);
}

function bindsMore(node: JsExpression, around: string, isRight: boolean): boolean {
  if (!isBinary(node)) return false;
  const own = BINDING[node.operator] as number;
  const other = BINDING[around] as number;
  // Mixed with others, `??` needs parentheses; it gets them from itself, too.
  const isMixed = node.type === "LogicalExpression" && (node.operator === "??" || around === "??");
  return !isMixed && (own > other || (own === other && !isRight));
}

function printUnary({ operator, argument }: ESTree.UnaryExpression, out: TextWriter): void {
  out.write(operator);
  const isRepeated =
    operator === "-" && argument.type === "UnaryExpression" && argument.operator === "-";
  if (operator.length > 1 || isRepeated) out.write(" ");
  printEnclosed(argument, isLoose(argument), out);
}

function printEnclosed(
  node: JsExpression | ESTree.Super,
  isEnclosed: boolean,
  out: TextWriter,
): void {
  if (isEnclosed) out.write("(");
  printExpression(node, out);
  if (isEnclosed) out.write(")");
}

function isBinary(node: JsExpression): node is ESTree.BinaryExpression | ESTree.LogicalExpression {
  return node.type === "BinaryExpression" || node.type === "LogicalExpression";
}

/** Whether an operator beside an expression would take a part of it. */
function isLoose({ type }: JsExpression | ESTree.Super): boolean {
  switch (type) {
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
  out: TextWriter,
): void {
  out.write(opening);
  for (let index = 0; index < nodes.length; index++) {
    if (index > 0) out.write(", ");
    printExpression(nodes[index] as JsExpression, out);
  }
  out.write(closing);
}
