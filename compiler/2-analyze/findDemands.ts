/**
 * Finds out what a chunk seems to want of code, its own and that of others (runtime/core/state.ts compiles what is loaded
 * after it accordingly):
 *
 * - environments: it calls something named `setfenv` with a function that it did not load itself (manual 2.9).
 * - hooks: it calls something named `sethook` with a mask that asks for lines, as coverage tools and debuggers do.
 *
 * These may be globals, local variables or fields, as of a library for compatibility. A guess by names, for there is
 * nothing to know before it runs.
 */
import type { Chunk, Expression, Statement } from "../ast.ts";
import { forEachChild } from "../visit.ts";
import type { Analysis, Demands, Variable } from "./analysis.ts";

const [ENVIRONMENTS, HOOKS] = ["setfenv", "sethook"];

/** What gives the main function of a chunk, whose environment can be changed in any case. */
const LOADERS: ReadonlySet<string> = new Set(["load", "loadstring", "loadfile"]);

/** @param text Of the chunk, if it is at hand. */
export function findDemands(
  chunk: Chunk,
  text: string | undefined,
  scopes: Pick<Analysis, "variables" | "resolved">,
): Demands {
  // Most chunks name neither, and need no walk.
  if (text?.includes(ENVIRONMENTS) === false && !text.includes(HOOKS)) {
    return { environments: false, hooks: false };
  }
  const walker = new Walker(scopes);
  walker.visit(chunk.main);
  return walker.result();
}

class Walker {
  private readonly scopes: Pick<Analysis, "variables" | "resolved">;
  /** Variables that hold chunks which were loaded here. */
  private readonly loaded = new Set<Variable>();
  /** Variables that hold strings with an "l". */
  private readonly masks = new Set<Variable>();
  private readonly environmentTargets: Expression[] = [];
  private readonly hookArguments: Expression[] = [];

  constructor(scopes: Pick<Analysis, "variables" | "resolved">) {
    this.scopes = scopes;
  }

  readonly visit = (node: Statement | Expression): void => {
    if (node.type === "LocalStatement") {
      node.names.forEach((name, index) => {
        this.noteValue(this.scopes.variables.get(name), node.values[index]);
      });
    } else if (node.type === "AssignmentStatement") {
      node.targets.forEach((target, index) => {
        this.noteValue(this.variableOf(target), node.values[index]);
      });
    } else if (node.type === "CallExpression" && node.method === undefined) {
      const [first] = node.arguments;
      const name = nameOf(node.callee);
      if (name === ENVIRONMENTS && first !== undefined) this.environmentTargets.push(first);
      if (name === HOOKS) this.hookArguments.push(...node.arguments);
    }
    forEachChild(node, this.visit);
  };

  result(): Demands {
    return {
      environments: this.environmentTargets.some((target) => !this.isOwn(target)),
      hooks: this.hookArguments.some((value) => this.isLineMask(value)),
    };
  }

  private noteValue(variable: Variable | undefined, value: Expression | undefined): void {
    if (variable === undefined || value === undefined) return;
    if (isLoaded(value)) this.loaded.add(variable);
    if (isTextWithL(value)) this.masks.add(variable);
  }

  private variableOf(node: Expression): Variable | undefined {
    return node.type === "Identifier" ? this.scopes.resolved.get(node) : undefined;
  }

  /** A level of the stack, or a chunk that was loaded here. */
  private isOwn(target: Expression): boolean {
    if (target.type === "NumberLiteral" || isLoaded(target)) return true;
    const variable = this.variableOf(target);
    return variable !== undefined && this.loaded.has(variable);
  }

  private isLineMask(value: Expression): boolean {
    const variable = this.variableOf(value);
    return isTextWithL(value) || (variable !== undefined && this.masks.has(variable));
  }
}

/** `loadstring(text)`, `assert(loadfile(name))`, `load(text) or default` */
function isLoaded(value: Expression | undefined): boolean {
  switch (value?.type) {
    case "LogicalExpression":
      return isLoaded(value.left);
    case "CallExpression": {
      const name = nameOf(value.callee);
      if (name === "assert") return isLoaded(value.arguments[0]);
      return name !== undefined && LOADERS.has(name);
    }
    default:
      return false;
  }
}

function isTextWithL(value: Expression): boolean {
  return value.type === "StringLiteral" && value.value.includes("l");
}

/** The name of a variable, or of a field. */
function nameOf(node: Expression): string | undefined {
  if (node.type === "Identifier") return node.name;
  if (node.type !== "IndexExpression" || node.key.type !== "StringLiteral") return undefined;
  return node.key.value;
}
