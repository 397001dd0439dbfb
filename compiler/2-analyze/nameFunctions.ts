/**
 * What people would call each function: the name it is declared with, else that of the variable,
 * field or table entry it is assigned to where it is written. Others are "anonymous".
 *
 *     function M.create() end         M.create         local M = { sum = function() end }    M.sum
 *     function obj:method() end       obj:method       return { list = function() end }      list
 *     local f = function() end        f                table.sort(t, function() end)         anonymous
 */
import type { Chunk, Expression, FunctionExpression, Statement } from "../ast.ts";
import { forEachChild } from "../visit.ts";

export const MAIN_NAME = "main chunk";
export const NAMELESS = "anonymous";

export function nameFunctions(chunk: Chunk): Map<FunctionExpression, string> {
  const names = new Map<FunctionExpression, string>([[chunk.main, MAIN_NAME]]);
  const nameValue = (name: string | undefined, value: Expression | undefined): void => {
    if (value?.type === "FunctionExpression") names.set(value, value.name ?? name ?? NAMELESS);
    if (value?.type !== "TableExpression") return;
    for (const { key, value: entry } of value.entries) {
      nameValue(key === undefined ? undefined : memberName(name, key), entry);
    }
  };
  const visit = (node: Statement | Expression): void => {
    switch (node.type) {
      case "LocalStatement":
        node.values.forEach((value, index) => {
          nameValue(node.names[index]?.name, value);
        });
        break;
      case "LocalFunctionStatement":
        names.set(node.function, node.name.name);
        break;
      case "AssignmentStatement":
        node.values.forEach((value, index) => {
          const target = node.targets[index];
          nameValue(target === undefined ? undefined : pathOf(target), value);
        });
        break;
      case "FunctionExpression":
        if (!names.has(node)) names.set(node, node.name ?? NAMELESS);
        break;
      case "TableExpression":
        // One that no variable holds; what has a name has got it above.
        for (const { key, value } of node.entries) {
          if (key === undefined || value.type !== "FunctionExpression" || names.has(value))
            continue;
          nameValue(memberName(undefined, key), value);
        }
        break;
      default:
    }
    forEachChild(node, visit);
  };
  visit(chunk.main);
  return names;
}

/** "a.b" for what such a path reads; `undefined` for any other expression. */
function pathOf(node: Expression): string | undefined {
  if (node.type === "Identifier") return node.name;
  if (node.type !== "IndexExpression") return undefined;
  const base = pathOf(node.base);
  return base === undefined ? undefined : memberName(base, node.key);
}

/** LuaJIT takes any byte beyond ASCII for a letter. */
const NAME = /^[A-Za-z_\x80-\xff][\w\x80-\xff]*$/;

function memberName(base: string | undefined, key: Expression): string | undefined {
  if (key.type !== "StringLiteral" || !NAME.test(key.value)) return undefined;
  return base === undefined ? key.value : `${base}.${key.value}`;
}
