/** What becomes of luaparse's functions; see fromLuaparse.ts. */
import type {
  Block,
  Expression,
  FunctionExpression,
  Identifier,
  IndexExpression,
  LocalStatement,
  Name,
  Statement,
  TableExpression,
  VarargExpression,
} from "../ast.ts";
import { CompilerBug } from "../compilerBug.ts";
import type { Method } from "./buildExpressions.ts";
import type { ParseOptions } from "./index.ts";
import type { PartReader } from "./partReader.ts";
import type { FunctionPlace } from "./sourceNotes.ts";

export interface FunctionBuilders {
  functionStatement(
    name: Name | Identifier | IndexExpression | Method | null,
    parameters: readonly (Name | VarargExpression)[],
    isLocal: boolean,
    statements: readonly Statement[],
  ): Statement | FunctionExpression;
  chunk(statements: readonly Statement[]): FunctionExpression;
}

export function functionBuilders(
  parts: PartReader,
  { isPuc51 = false, keepsArg = false }: ParseOptions,
): FunctionBuilders {
  const bodyOf = (place: FunctionPlace, isVararg: boolean, statements: Block["statements"]) => {
    const hasArg = isVararg && isPuc51 && (place.usesArg || keepsArg);
    return { statements: hasArg ? [declarationOfArg(place), ...statements] : statements };
  };
  return {
    functionStatement: (name, listed, _isLocal, statements) => {
      const place = parts.function();
      const { span, line: lastLine, firstLine: line } = place;
      const isVararg = listed.at(-1)?.type === "VarargExpression";
      const parameters = (isVararg ? listed.slice(0, -1) : listed) as readonly Name[];
      const value: FunctionExpression = {
        type: "FunctionExpression",
        span,
        line: lastLine,
        parameters: name?.type === "Method" ? [selfOf(name), ...parameters] : parameters,
        isVararg,
        body: bodyOf(place, isVararg, statements),
        name: name === null ? undefined : textOf(name),
        firstLine: line,
        lastLine,
      };
      if (name === null) return value;
      if (name.type === "Name") {
        return { type: "LocalFunctionStatement", span, line, name, function: value };
      }
      const target = name.type === "Method" ? targetOf(name, line) : name;
      return { type: "AssignmentStatement", span, line, targets: [target], values: [value] };
    },
    chunk: (statements) => {
      const { span, line } = parts.function();
      return {
        type: "FunctionExpression",
        span,
        line,
        parameters: [],
        isVararg: true,
        body: { statements },
        name: undefined,
        firstLine: 0,
        lastLine: 0,
      };
    },
  };
}

/** A method's first parameter stands where its name does. */
function selfOf({ name: { span, line } }: Method): Name {
  return { type: "Name", span, line, name: "self" };
}

/** @param line Where LuaJIT reports errors of the assignment. */
function targetOf({ object, name }: Method, line: number): IndexExpression {
  const span = { start: object.span.start, end: name.span.end };
  return { type: "IndexExpression", span, line, base: object, key: name };
}

/** What the source calls a function: "a.b:c". */
function textOf(node: Expression | Name | Method): string {
  switch (node.type) {
    case "Name":
    case "Identifier":
      return node.name;
    case "StringLiteral":
      return node.value;
    case "IndexExpression":
      return `${textOf(node.base)}.${textOf(node.key)}`;
    case "Method":
      return `${textOf(node.object)}:${node.name.value}`;
    default:
      throw new CompilerBug(`a function named by a ${node.type}`);
  }
}

/**
 * In Lua 5.1 a function with `...` has a variable `arg` (manual 7.1): `{n = select("#", ...), ...}`,
 * but nil where the function uses `...` itself. It is left out when nothing names it.
 */
function declarationOfArg({ span, firstLine: line, usesVararg }: FunctionPlace): LocalStatement {
  const place = { span, line };
  const table: TableExpression = {
    type: "TableExpression",
    ...place,
    entries: [
      {
        key: { type: "StringLiteral", ...place, value: "n" },
        value: { type: "VarargCount", ...place },
      },
      { key: undefined, value: { type: "VarargExpression", ...place } },
    ],
  };
  return {
    type: "LocalStatement",
    ...place,
    names: [{ type: "Name", ...place, name: "arg" }],
    values: usesVararg ? [] : [table],
  };
}
