/**
 * Finds variables that stay the same throughout a loop which indexes them: emitted code looks once, before the loop,
 * whether they hold a table (3-generate/views.ts). Of nested loops it is the outermost for which that holds.
 *
 * Where its array part is it looks before loops without calls only: in others it may be replaced at each turn, and they
 * have more to do than to find it.
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
import { isBoxed, type Loop, type LoopTables, type OuterLoop, type Variable } from "./analysis.ts";
import type { Scopes } from "./resolveScopes.ts";
import { isStringMethod } from "./stringMethods.ts";

export function findLoopTables(scopes: Scopes): Map<Loop, LoopTables> {
  const finder = new Finder(scopes);
  for (const loop of scopes.outerLoops) finder.visitOuter(loop);
  return finder.found;
}

interface OpenLoop {
  readonly node: Loop;
  /** In how many loops of its function it is. */
  readonly depth: number;
  readonly indexed: Set<Variable>;
  /** Those that are, or may be tables for all that is known, and are indexed by what may be a number. */
  readonly listed: Set<Variable>;
  readonly assigned: Set<Variable>;
  readonly inner: OpenLoop[];
  hasCalls: boolean;
}

class Finder {
  readonly found = new Map<Loop, LoopTables>();
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
        if (node.key.type !== "StringLiteral") this.note(node.base, "listed");
        break;
      case "CallExpression":
        this.noteCall();
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
    // Of its iterator.
    if (node.type === "ForGenericStatement") this.noteCall();
    for (const statement of node.body.statements) this.visit(statement);
    this.closeLoop();
  }

  private noteCall(): void {
    for (const loop of this.loops) loop.hasCalls = true;
  }

  private openLoop(node: Loop): void {
    const { loops } = this;
    const loop: OpenLoop = {
      node,
      depth: loops.length,
      indexed: new Set(),
      listed: new Set(),
      assigned: new Set(),
      inner: [],
      hasCalls: false,
    };
    loops.at(-1)?.inner.push(loop);
    loops.push(loop);
  }

  private closeLoop(): void {
    const loop = this.loops.pop();
    if (loop !== undefined && this.loops.length === 0)
      this.choose(loop, { tables: NONE, lists: NONE });
  }

  private declare(names: readonly Name[]): void {
    for (const name of names) {
      const variable = this.scopes.variables.get(name);
      if (variable !== undefined) this.depths.set(variable, this.loops.length);
    }
  }

  private note(node: Expression, what: "indexed" | "listed" | "assigned"): void {
    if (node.type !== "Identifier") return;
    const variable = this.scopes.resolved.get(node);
    if (variable === undefined || isBoxed(variable) || !isWanted(variable, what)) return;
    const depth = variable.owner === this.owner ? (this.depths.get(variable) ?? 0) : 0;
    for (const loop of this.loops) if (loop.depth >= depth) loop[what].add(variable);
  }

  /** @param outside Variables that were looked at before a loop around this one. */
  private choose(loop: OpenLoop, outside: Known): void {
    const { node, indexed, listed, assigned, inner, hasCalls } = loop;
    const chosenOf = (all: ReadonlySet<Variable>, known: ReadonlySet<Variable>): Variable[] =>
      [...all].filter((variable) => !assigned.has(variable) && !known.has(variable));
    const tables = chosenOf(indexed, outside.tables);
    const lists = hasCalls ? [] : chosenOf(listed, outside.lists);
    if (tables.length > 0 || lists.length > 0) this.found.set(node, { tables, lists });
    const known = { tables: joined(outside.tables, tables), lists: joined(outside.lists, lists) };
    for (const each of inner) this.choose(each, known);
  }
}

interface Known {
  readonly tables: ReadonlySet<Variable>;
  readonly lists: ReadonlySet<Variable>;
}

const NONE: ReadonlySet<Variable> = new Set();

/** Whether there is anything to look at before a loop. */
function isWanted({ knownType }: Variable, what: "indexed" | "listed" | "assigned"): boolean {
  return (
    what === "assigned" || knownType === undefined || (what === "listed" && knownType === "table")
  );
}

function joined(set: ReadonlySet<Variable>, added: readonly Variable[]): ReadonlySet<Variable> {
  return added.length === 0 ? set : new Set([...set, ...added]);
}
