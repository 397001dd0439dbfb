/**
 * Finds local variables, local functions and loop variables whose value is never read. What a
 * function does with its own name does not count. Parameters are not looked at: callers decide
 * about them. Neither are results that stand before one that is read (`local ok, result = f()`):
 * they have to have a name.
 */
import type { Chunk, Expression, Name, Statement } from "../ast.ts";
import type { Analysis, Variable } from "../2-analyze/index.ts";
import { forEachChild } from "../visit.ts";

export interface UnusedLocal {
  readonly declaration: Name;
  readonly kind: "local" | "local function" | "loop variable";
  /** It is assigned to after its declaration. */
  readonly isAssigned: boolean;
}

/** Whoever calls one of these can read locals that no code mentions. */
const LOCAL_READERS = ["getlocal", "getupvalue", "upvalueid", "upvaluejoin"];

export function findUnusedLocals(chunk: Chunk, analysis: Analysis): UnusedLocal[] {
  const { variables, resolved } = analysis;
  const declared: Pick<UnusedLocal, "declaration" | "kind">[] = [];
  /** What is declared behind a local by the same values of a call. */
  const followers = new Map<Name, readonly Name[]>();
  const read = new Set<Variable>();
  /** Local functions whose body is being walked. */
  const open = new Set<Variable>();
  let isReadFromOutside = false as boolean;

  const declare = (kind: UnusedLocal["kind"], names: readonly Name[]): void => {
    for (const declaration of names) declared.push({ declaration, kind });
  };
  const visit = (node: Statement | Expression): void => {
    switch (node.type) {
      case "Identifier": {
        const variable = resolved.get(node);
        if (variable !== undefined && !open.has(variable)) read.add(variable);
        return;
      }
      case "AssignmentStatement":
        for (const target of node.targets) if (target.type !== "Identifier") visit(target);
        node.values.forEach(visit);
        return;
      case "LocalFunctionStatement": {
        declare("local function", [node.name]);
        const variable = variables.get(node.name);
        if (variable !== undefined) open.add(variable);
        visit(node.function);
        if (variable !== undefined) open.delete(variable);
        return;
      }
      case "IndexExpression":
        isReadFromOutside ||=
          node.key.type === "StringLiteral" && LOCAL_READERS.includes(node.key.value);
        break;
      case "LocalStatement":
        declare("local", node.names);
        node.names.forEach((name, index) => {
          // The results of the last call begin at its place.
          if (index >= node.values.length - 1) followers.set(name, node.names.slice(index + 1));
        });
        break;
      case "ForNumericStatement":
        declare("loop variable", [node.variable]);
        break;
      case "ForGenericStatement":
        declare("loop variable", node.variables);
        break;
      default:
    }
    forEachChild(node, visit);
  };
  visit(chunk.main);
  if (isReadFromOutside) return [];
  const isRead = (name: Name): boolean => {
    const variable = variables.get(name);
    return variable !== undefined && read.has(variable);
  };
  return declared.flatMap(({ declaration, kind }) => {
    const variable = variables.get(declaration);
    const isMeant = declaration.name.startsWith("_");
    if (variable === undefined || isMeant || isRead(declaration)) return [];
    if (followers.get(declaration)?.some(isRead) === true) return [];
    return [{ declaration, kind, isAssigned: variable.isReassigned }];
  });
}
