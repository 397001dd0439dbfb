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
  const finder = new Finder(scopes);
  for (const loop of scopes.outerLoops) finder.visitOuter(loop);
  return finder.found;
}

interface OpenLoop {
  readonly node: Loop;
  /** In how many loops of its function it is. */
  readonly depth: number;
  readonly indexed: Set<Variable>;
  readonly assigned: Set<Variable>;
  readonly inner: OpenLoop[];
}

class Finder {
  readonly found = new Map<Loop, readonly Variable[]>();
  private readonly scopes: Scopes;
  /** The function that the loops are of. */
  private owner: FunctionExpression | undefined = undefined;
  /** Those that are being visited, from outside. */
  private readonly loops: OpenLoop[] = [];
  /** In how many loops of its function a variable is declared, if any. */
  private readonly depths = new Map<Variable, number>();

  constructor(scopes: Scopes) {
    this.scopes = scopes;
  }

  visitOuter({ node, owner }: OuterLoop): void {
    this.owner = owner;
    this.visit(node);
  }

  private readonly visit = (node: Statement | Expression): void => {
    switch (node.type) {
      case "Identifier":
      case "StringLiteral":
      case "NumberLiteral":
      case "FunctionExpression":
        return;
      case "WhileStatement":
      case "RepeatStatement":
        this.openLoop(node);
        forEachChild(node, this.visit);
        this.closeLoop();
        return;
      case "ForNumericStatement":
        this.visit(node.start);
        this.visit(node.limit);
        if (node.step !== undefined) this.visit(node.step);
        this.visitFor(node, [node.variable]);
        return;
      case "ForGenericStatement":
        for (const iterator of node.iterators) this.visit(iterator);
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
    this.openLoop(node);
    this.declare(names);
    for (const statement of node.body.statements) this.visit(statement);
    this.closeLoop();
  }

  private openLoop(node: Loop): void {
    const { loops } = this;
    const [indexed, assigned] = [new Set<Variable>(), new Set<Variable>()];
    const loop: OpenLoop = { node, depth: loops.length, indexed, assigned, inner: [] };
    loops.at(-1)?.inner.push(loop);
    loops.push(loop);
  }

  private closeLoop(): void {
    const loop = this.loops.pop();
    if (loop !== undefined && this.loops.length === 0) this.choose(loop, NONE);
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
    const chosen =
      indexed.size === 0
        ? []
        : [...indexed].filter((variable) => !assigned.has(variable) && !outside.has(variable));
    if (chosen.length > 0) this.found.set(node, chosen);
    const known = chosen.length > 0 ? new Set([...outside, ...chosen]) : outside;
    for (const loop of inner) this.choose(loop, known);
  }
}

const NONE: ReadonlySet<Variable> = new Set();
