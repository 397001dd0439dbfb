/** Parsing for tests: programs as trees, as outlines (one line of text) and as error messages. */
import type { Block, Chunk, Expression, Statement } from "../ast.ts";
import { luaMessage, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { SourceText } from "../source.ts";
import { parse, type ParseOptions } from "./index.ts";

/** @throws Error the message of the diagnostic, when there is one */
export function parseText(text: string, options: ParseOptions = {}): Chunk {
  const source = new SourceText(text, "=x", "x");
  const diagnostics: Diagnostic[] = [];
  const chunk = parse(source, (diagnostic) => diagnostics.push(diagnostic), options);
  for (const diagnostic of diagnostics) throw new Error(luaMessage(diagnostic, source));
  if (chunk === undefined) throw new Error("neither a tree nor a diagnostic");
  return chunk;
}

/** What `loadstring(text, "=x")` says about a text; "OK" when it is valid. */
export function messageOf(text: string, options: ParseOptions = {}): string {
  try {
    parseText(text, options);
    return "OK";
  } catch (error) {
    return (error as Error).message;
  }
}

/** The statements of a program, as text in which all structure is visible. */
export function outline(text: string, options: ParseOptions = {}): string {
  return outlineBlock(parseText(text, options).main.body);
}

function outlineBlock(block: Block): string {
  return block.statements.map(outlineStatement).join("; ");
}

function outlineStatement(node: Statement): string {
  switch (node.type) {
    case "LocalStatement":
      return `local ${node.names.map(({ name }) => name).join(", ")} = ${list(node.values)}`;
    case "LocalFunctionStatement":
      return `local ${node.name.name} := ${outlineExpression(node.function)}`;
    case "AssignmentStatement":
      return `${list(node.targets)} = ${list(node.values)}`;
    case "CallStatement":
      return outlineExpression(node.call);
    case "DoStatement":
      return `do{${outlineBlock(node.body)}}`;
    case "WhileStatement":
      return `while ${outlineExpression(node.condition)} {${outlineBlock(node.body)}}`;
    case "RepeatStatement":
      return `repeat {${outlineBlock(node.body)}} ${outlineExpression(node.condition)}`;
    case "IfStatement": {
      const clauses = node.clauses.map(
        ({ condition, body }) => `${outlineExpression(condition)} {${outlineBlock(body)}}`,
      );
      if (node.otherwise !== undefined) clauses.push(`{${outlineBlock(node.otherwise)}}`);
      return `if ${clauses.join(" else ")}`;
    }
    case "ForNumericStatement": {
      const range = [node.start, node.limit, ...(node.step === undefined ? [] : [node.step])];
      return `for ${node.variable.name} = ${list(range)} {${outlineBlock(node.body)}}`;
    }
    case "ForGenericStatement": {
      const names = node.variables.map(({ name }) => name).join(", ");
      return `for ${names} in ${list(node.iterators)} {${outlineBlock(node.body)}}`;
    }
    case "ReturnStatement":
      return `return ${list(node.values)}`;
    case "BreakStatement":
      return "break";
    case "GotoStatement":
      return `goto ${node.label}`;
    case "LabelStatement":
      return `::${node.name}::`;
  }
}

function list(nodes: readonly Expression[]): string {
  return nodes.map(outlineExpression).join(", ");
}

function outlineExpression(node: Expression): string {
  switch (node.type) {
    case "NilLiteral":
      return "nil";
    case "BooleanLiteral":
    case "NumberLiteral":
      return String(node.value);
    case "StringLiteral":
      return JSON.stringify(node.value);
    case "VarargExpression":
      return "...";
    case "VarargCount":
      return "#...";
    case "Identifier":
      return node.name;
    case "IndexExpression":
      return `${outlineExpression(node.base)}[${outlineExpression(node.key)}]`;
    case "CallExpression": {
      const method = node.method === undefined ? "" : `:${node.method}`;
      return `${outlineExpression(node.callee)}${method}(${list(node.arguments)})`;
    }
    case "FunctionExpression": {
      const names = node.parameters.map(({ name }) => name);
      if (node.isVararg) names.push("...");
      return `function ${node.name ?? ""}(${names.join(", ")}){${outlineBlock(node.body)}}`;
    }
    case "BinaryExpression":
    case "LogicalExpression":
      return `<${outlineExpression(node.left)} ${node.operator} ${outlineExpression(node.right)}>`;
    case "UnaryExpression":
      return `<${node.operator} ${outlineExpression(node.operand)}>`;
    case "TableExpression":
      return `{${node.entries
        .map(({ key, value }) =>
          key === undefined
            ? outlineExpression(value)
            : `[${outlineExpression(key)}] = ${outlineExpression(value)}`,
        )
        .join(", ")}}`;
    case "Parenthesized":
      return `(${outlineExpression(node.expression)})`;
  }
}
