/**
 * Finds out whether a chunk gives environments to functions of others: whether it calls something named `setfenv`,
 * which may be a local variable or a field of a library for compatibility, with a function that it did not load
 * itself. What is loaded after such a chunk had better have functions whose environment can be changed (manual 2.9,
 * runtime/core/state.ts). A guess by names, for there is nothing to know before it runs.
 */
import type { Chunk, Expression, Identifier, Statement } from "../ast.ts";
import { forEachChild } from "../visit.ts";
import type { Analysis, Variable } from "./analysis.ts";

const NAME = "setfenv";

/** What gives the main function of a chunk, whose environment can be changed in any case. */
const LOADERS: ReadonlySet<string> = new Set(["load", "loadstring", "loadfile"]);

/** @param text Of the chunk. */
export function findEnvironmentChanges(
  chunk: Chunk,
  text: string,
  scopes: Pick<Analysis, "variables" | "resolved">,
): boolean {
  // Most chunks do not name it at all, and need no walk.
  if (!text.includes(NAME)) return false;
  const loaded = new Set<Variable>();
  const changed: Expression[] = [];
  const visit = (node: Statement | Expression): void => {
    if (node.type === "LocalStatement") {
      node.names.forEach((name, index) => {
        const variable = scopes.variables.get(name);
        if (variable !== undefined && isLoaded(node.values[index])) loaded.add(variable);
      });
    } else if (node.type === "AssignmentStatement") {
      node.targets.forEach((target, index) => {
        const variable = target.type === "Identifier" ? scopes.resolved.get(target) : undefined;
        if (variable !== undefined && isLoaded(node.values[index])) loaded.add(variable);
      });
    } else if (node.type === "CallExpression" && node.method === undefined) {
      const [target] = node.arguments;
      if (nameOf(node.callee) === NAME && target !== undefined) changed.push(target);
    }
    forEachChild(node, visit);
  };
  visit(chunk.main);
  return changed.some((target) => !isOwn(target, loaded, scopes.resolved));
}

/** A level of the stack, or a chunk that was loaded here. */
function isOwn(
  target: Expression,
  loaded: ReadonlySet<Variable>,
  resolved: ReadonlyMap<Identifier, Variable>,
): boolean {
  if (target.type === "NumberLiteral" || isLoaded(target)) return true;
  const variable = target.type === "Identifier" ? resolved.get(target) : undefined;
  return variable !== undefined && loaded.has(variable);
}

/** `loadstring(text)`, `assert(loadfile(name))`, `load(text) or default` */
function isLoaded(value: Expression | undefined): boolean {
  switch (value?.type) {
    case "LogicalExpression":
      return isLoaded(value.left);
    case "CallExpression": {
      const name = nameOf(value.callee);
      return name === "assert"
        ? isLoaded(value.arguments[0])
        : name !== undefined && LOADERS.has(name);
    }
    default:
      return false;
  }
}

/** The name of a variable, or of a field. */
function nameOf(node: Expression): string | undefined {
  if (node.type === "Identifier") return node.name;
  if (node.type !== "IndexExpression" || node.key.type !== "StringLiteral") return undefined;
  return node.key.value;
}
