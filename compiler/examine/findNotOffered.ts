/** Finds calls of functions of `ngx` that OpenResty has and spacer does not. */
import type { Chunk, Expression, Span, Statement } from "../ast.ts";
import { forEachChild } from "../visit.ts";
import type { ConstantPaths } from "./constantPaths.ts";
import { adviceOnFunction } from "./libraries.ts";

export interface NotOfferedCall {
  readonly name: string;
  readonly advice: string;
  readonly span: Span;
}

/** @param replaced Globals, and fields of libraries, that the file gives other values. */
export function findNotOffered(
  chunk: Chunk,
  paths: ConstantPaths,
  replaced: ReadonlySet<string>,
): NotOfferedCall[] {
  const calls: NotOfferedCall[] = [];
  const visit = (node: Statement | Expression): void => {
    if (node.type === "CallExpression" && node.method === undefined) {
      const path = paths.of(node.callee);
      const name = path?.root.name === "ngx" ? path.fields.join(".") : "";
      const advice = adviceOnFunction(name);
      const prefixes = ["ngx", `ngx.${name.replace(/\..*/, "")}`, `ngx.${name}`];
      if (advice !== undefined && !prefixes.some((prefix) => replaced.has(prefix))) {
        calls.push({ name: `ngx.${name}`, advice, span: node.callee.span });
      }
    }
    forEachChild(node, visit);
  };
  visit(chunk.main);
  return calls;
}
