import type { Block, FunctionExpression, LocalStatement, Span } from "../ast.ts";
import type { Conversion } from "./conversion.ts";
import { convertBlock } from "./convertStatement.ts";
import type { lua } from "./fromLuaparse.ts";
import { isMethod, spanOf } from "./luaparseTree.ts";

/**
 * luaparse's functions to ours.
 *
 * @param identifier What a function statement calls it; a method gets its `self` here.
 */
export function convertFunction(
  conversion: Conversion,
  node: lua.FunctionDeclaration,
  identifier: lua.Identifier | lua.MemberExpression | undefined,
): FunctionExpression {
  const span = spanOf(node);
  const lastLine = conversion.lineOfEnd(span);
  const names = node.parameters.filter((parameter) => parameter.type === "Identifier");
  const parameters = names.map((name) => conversion.name(name));
  if (identifier !== undefined && isMethod(identifier)) {
    parameters.unshift({ ...conversion.name(identifier.identifier), name: "self" });
  }
  const isVararg = names.length < node.parameters.length;
  const firstLine = conversion.lineOfStart(span);
  return {
    type: "FunctionExpression",
    span,
    line: lastLine,
    parameters,
    isVararg,
    body:
      isVararg && conversion.isPuc51
        ? convertBodyWithArg(conversion, node.body, { span, line: firstLine })
        : convertInnerBody(conversion, node.body),
    name: identifier === undefined ? undefined : functionName(conversion, identifier),
    firstLine,
    lastLine,
  };
}

/** The `...` of a function within another one is not that one's. */
function convertInnerBody(conversion: Conversion, statements: readonly lua.Statement[]): Block {
  const usedVararg = conversion.usesVararg;
  const body = convertBlock(conversion, statements);
  conversion.usesVararg = usedVararg;
  return body;
}

/**
 * In Lua 5.1 a function with `...` has a variable `arg` (manual 7.1): `{n = select("#", ...), ...}`,
 * but nil where the function uses `...` itself. It is left out when nothing names it.
 */
function convertBodyWithArg(
  conversion: Conversion,
  statements: readonly lua.Statement[],
  place: { readonly span: Span; readonly line: number },
): Block {
  const { usesVararg: usedVararg, usesArg: usedArg } = conversion;
  const {
    result: body,
    usesVararg,
    usesArg,
  } = conversion.usesOf(() => convertBlock(conversion, statements));
  conversion.usesVararg = usedVararg;
  conversion.usesArg = usesArg || usedArg;
  if (!usesArg && !conversion.keepsArg) return body;
  const declaration: LocalStatement = {
    type: "LocalStatement",
    ...place,
    names: [{ type: "Name", ...place, name: "arg" }],
    values: usesVararg
      ? []
      : [
          {
            type: "TableExpression",
            ...place,
            entries: [
              {
                key: { type: "StringLiteral", ...place, value: "n" },
                value: { type: "VarargCount", ...place },
              },
              { key: undefined, value: { type: "VarargExpression", ...place } },
            ],
          },
        ],
  };
  return { ...body, statements: [declaration, ...body.statements] };
}

/** What the source calls a function: "a.b:c". */
function functionName(
  conversion: Conversion,
  identifier: lua.Identifier | lua.MemberExpression,
): string {
  const parts: string[] = [];
  let current: lua.Expression = identifier;
  while (current.type === "MemberExpression") {
    parts.push(current.indexer + conversion.nameText(current.identifier));
    current = current.base;
  }
  if (current.type === "Identifier") parts.push(conversion.nameText(current));
  return parts.reverse().join("");
}
