/**
 * Finds variables that stay the same throughout a loop which indexes them: emitted code looks once, before the loop,
 * whether they hold a table (3-generate/views.ts). Of nested loops it is the outermost for which that holds.
 */
import type {
  Expression,
  ForGenericStatement,
  ForNumericStatement,
  FunctionExpression,
  Name,
  Statement,
} from "../ast.ts";
import { forEachChild } from "../visit.ts";
import { isBoxed, type Loop, type OuterLoop, type Variable } from "./analysis.ts";
import type { Scopes } from "./resolveScopes.ts";
import { isStringMethod } from "./stringMethods.ts";

export function findLoopTables(scopes: Scopes): Map<Loop, readonly Variable[]> {
  const found = new Map<Loop, readonly Variable[]>();
  for (const loop of scopes.outerLoops) new Finder(scopes, loop, found).visit(loop.node);
  return found;
}

interface OpenLoop {
  readonly node: Loop;
  /** In how many loops of its function it is. */
  readonly depth: number;
  readonly indexed: Set<Variable>;
  readonly assigned: Set<Variable>;
  readonly inner: OpenLoop[];
}

/** Of one loop, and those in it. */
class Finder {
  private readonly found: Map<Loop, readonly Variable[]>;
  private readonly scopes: Scopes;
  private readonly owner: FunctionExpression;
  /** Those that are being visited, from outside. */
  private readonly loops: OpenLoop[] = [];
  /** In how many loops of its function a variable is declared, if any. */
  private readonly depths = new Map<Variable, number>();

  constructor(scopes: Scopes, { owner }: OuterLoop, found: Map<Loop, readonly Variable[]>) {
    this.scopes = scopes;
    this.owner = owner;
    this.found = found;
  }

  readonly visit = (node: Statement | Expression): void => {
    switch (node.type) {
      case "Identifier":
      case "StringLiteral":
      case "NumberLiteral":
      case "FunctionExpression":
        return;
      case "WhileStatement":
      case "RepeatStatement":
        this.visitLoop(node, () => {
          forEachChild(node, this.visit);
        });
        return;
      case "ForNumericStatement":
        [node.start, node.limit].forEach(this.visit);
        if (node.step !== undefined) this.visit(node.step);
        this.visitFor(node, [node.variable]);
        return;
      case "ForGenericStatement":
        node.iterators.forEach(this.visit);
        this.visitFor(node, node.variables);
        return;
      case "LocalStatement":
        this.declare(node.names);
        break;
      case "AssignmentStatement":
        for (const target of node.targets) this.note(target, "assigned");
        break;
      case "IndexExpression":
        this.note(node.base, "indexed");
        break;
      case "CallExpression":
        if (node.method !== undefined && !isStringMethod(node.method)) {
          this.note(node.callee, "indexed");
        }
        break;
      default:
    }
    forEachChild(node, this.visit);
  };

  private visitFor(node: ForNumericStatement | ForGenericStatement, names: readonly Name[]): void {
    this.visitLoop(node, () => {
      this.declare(names);
      node.body.statements.forEach(this.visit);
    });
  }

  private visitLoop(node: Loop, visitInside: () => void): void {
    const { loops } = this;
    const sets = { indexed: new Set<Variable>(), assigned: new Set<Variable>() };
    const loop: OpenLoop = { node, depth: loops.length, ...sets, inner: [] };
    loops.at(-1)?.inner.push(loop);
    loops.push(loop);
    visitInside();
    loops.pop();
    if (loops.length === 0) this.choose(loop, NONE);
  }

  private declare(names: readonly Name[]): void {
    for (const name of names) {
      const variable = this.scopes.variables.get(name);
      if (variable !== undefined) this.depths.set(variable, this.loops.length);
    }
  }

  private note(node: Expression, what: "indexed" | "assigned"): void {
    if (node.type !== "Identifier") return;
    const variable = this.scopes.resolved.get(node);
    if (variable === undefined || isBoxed(variable) || variable.knownType !== undefined) return;
    const depth = variable.owner === this.owner ? (this.depths.get(variable) ?? 0) : 0;
    for (const loop of this.loops) if (loop.depth >= depth) loop[what].add(variable);
  }

  /** @param outside Variables that were looked at before a loop around this one. */
  private choose(
    { node, indexed, assigned, inner }: OpenLoop,
    outside: ReadonlySet<Variable>,
  ): void {
    const chosen = [...indexed].filter(
      (variable) => !assigned.has(variable) && !outside.has(variable),
    );
    if (chosen.length > 0) this.found.set(node, chosen);
    const known = chosen.length > 0 ? new Set([...outside, ...chosen]) : outside;
    for (const loop of inner) this.choose(loop, known);
  }
}

const NONE: ReadonlySet<Variable> = new Set();
