/** Moves the variables of an accessible function out of its code: `a` becomes `$L[0]`, or `$up[0]`. */
import type * as ESTree from "estree";
import type { JsStatement, Resumption } from "../estree.ts";
import type { FunctionAccess } from "./functionAccess.ts";

/** A copy of some statements. All identifiers in them are of one function: none contains another. */
export function moveVariables(
  statements: readonly JsStatement[],
  access: FunctionAccess,
): JsStatement[] {
  const move = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(move);
    if (typeof node !== "object" || node === null) return node;
    switch ((node as { type?: unknown }).type) {
      case "Identifier": {
        const { name } = node as ESTree.Identifier;
        return access.replacement(name) ?? node;
      }
      case "MemberExpression": {
        const { object, property, computed, ...rest } = node as ESTree.MemberExpression;
        return {
          ...rest,
          computed,
          object: move(object),
          property: computed ? move(property) : property,
        };
      }
      case "Property": {
        const { value, ...rest } = node as ESTree.Property;
        return { ...rest, shorthand: false, value: move(value) };
      }
      case "SuspendExit":
        return moveExit(node as { readonly resumption: Resumption }, move);
      case "Sited": {
        const { statement, ...rest } = node as { readonly statement: unknown };
        return { ...rest, statement: move(statement) };
      }
      case "LabeledStatement": {
        const { body, ...rest } = node as ESTree.LabeledStatement;
        return { ...rest, body: move(body) };
      }
      case "BreakStatement":
      case "ContinueStatement":
        return node;
      default:
        return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, move(child)]));
    }
  };
  return statements.map(move) as JsStatement[];
}

function moveExit(
  exit: { readonly resumption: Resumption },
  move: (node: unknown) => unknown,
): object {
  const { resumption } = exit;
  if (resumption.form === "none") return { ...exit };
  return { ...exit, resumption: { ...resumption, place: move(resumption.place) } };
}
