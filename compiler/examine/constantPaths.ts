/**
 * What expressions name: `string.rep`, also by way of locals that are never reassigned
 * (`local rep = string.rep`), and what `require` gives (`local json = require "cjson"`).
 */
import type { Expression } from "../ast.ts";
import type { Analysis, Variable } from "../2-analyze/index.ts";

export interface ConstantPath {
  /** A global variable, or a module that was required. */
  readonly root: { readonly kind: "global" | "module"; readonly name: string };
  /** The fields behind it. */
  readonly fields: readonly string[];
}

export class ConstantPaths {
  private readonly values = new Map<Variable, Expression>();
  private readonly resolved: Analysis["resolved"];

  constructor({ declarations, variables, resolved }: Analysis) {
    this.resolved = resolved;
    for (const node of declarations) {
      if (node.type !== "LocalStatement") continue;
      node.names.forEach((name, index) => {
        const variable = variables.get(name);
        const value = node.values[index];
        if (variable === undefined || value === undefined || variable.isReassigned) return;
        this.values.set(variable, value);
      });
    }
  }

  /** `undefined` when nobody can tell. */
  of(node: Expression): ConstantPath | undefined {
    switch (node.type) {
      case "Identifier": {
        const variable = this.resolved.get(node);
        if (variable === undefined) {
          return { root: { kind: "global", name: node.name }, fields: [] };
        }
        // A local is declared behind what it is declared with, so this ends.
        const value = this.values.get(variable);
        return value === undefined ? undefined : this.of(value);
      }
      case "IndexExpression": {
        if (node.key.type !== "StringLiteral") return undefined;
        const base = this.of(node.base);
        return base === undefined ? undefined : fieldOf(base, node.key.value);
      }
      case "CallExpression": {
        const [name] = node.arguments;
        if (node.method !== undefined || name?.type !== "StringLiteral") return undefined;
        return this.isGlobal(node.callee, "require")
          ? { root: { kind: "module", name: name.value }, fields: [] }
          : undefined;
      }
      case "Parenthesized":
        return this.of(node.expression);
      default:
        return undefined;
    }
  }

  /** Whether an expression is a global variable, also by another name. Asked of each call, so no path is made for it. */
  isGlobal(node: Expression, name: string): boolean {
    switch (node.type) {
      case "Identifier": {
        const variable = this.resolved.get(node);
        if (variable === undefined) return node.name === name;
        const value = this.values.get(variable);
        return value !== undefined && this.isGlobal(value, name);
      }
      case "IndexExpression":
        return (
          node.key.type === "StringLiteral" &&
          node.key.value === name &&
          this.isGlobal(node.base, "_G")
        );
      case "Parenthesized":
        return this.isGlobal(node.expression, name);
      default:
        return false;
    }
  }

  /** The fields behind a global variable; `undefined` when it is something else. */
  fieldsOf(node: Expression, global: string): readonly string[] | undefined {
    if (!this.mayLeadTo(node, global)) return undefined;
    const path = this.of(node);
    return path?.root.kind === "global" && path.root.name === global ? path.fields : undefined;
  }

  /** The fields behind a module that was required; likewise. */
  fieldsOfModule(node: Expression, module: string): readonly string[] | undefined {
    return this.mayLeadToModule(node, module) ? this.of(node)?.fields : undefined;
  }

  /** Whether an expression may be a global variable, or a field behind it. Most lead elsewhere, which is seen without making their paths. */
  mayLeadTo(node: Expression, global: string): boolean {
    switch (node.type) {
      case "Identifier": {
        const variable = this.resolved.get(node);
        if (variable === undefined) return node.name === global || node.name === "_G";
        const value = this.values.get(variable);
        return value !== undefined && this.mayLeadTo(value, global);
      }
      case "IndexExpression":
        return node.key.type === "StringLiteral" && this.mayLeadTo(node.base, global);
      case "Parenthesized":
        return this.mayLeadTo(node.expression, global);
      default:
        return false;
    }
  }

  /** As `mayLeadTo`, of a module. */
  private mayLeadToModule(node: Expression, module: string): boolean {
    switch (node.type) {
      case "Identifier": {
        const variable = this.resolved.get(node);
        const value = variable === undefined ? undefined : this.values.get(variable);
        return value !== undefined && this.mayLeadToModule(value, module);
      }
      case "IndexExpression":
        return node.key.type === "StringLiteral" && this.mayLeadToModule(node.base, module);
      case "CallExpression": {
        const [name] = node.arguments;
        return (
          node.method === undefined &&
          name?.type === "StringLiteral" &&
          name.value === module &&
          this.isGlobal(node.callee, "require")
        );
      }
      case "Parenthesized":
        return this.mayLeadToModule(node.expression, module);
      default:
        return false;
    }
  }
}

function fieldOf({ root, fields }: ConstantPath, field: string): ConstantPath {
  // `_G.string` is `string`.
  return root.kind === "global" && root.name === "_G" && fields.length === 0
    ? { root: { kind: "global", name: field }, fields: [] }
    : { root, fields: [...fields, field] };
}
