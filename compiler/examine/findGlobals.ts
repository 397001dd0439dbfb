/**
 * Finds what a file does with globals: which it reads, and which it gives a value to.
 *
 * A file that tests a global for nil somewhere (`if jit then`, `unpack or table.unpack`) knows that
 * it may be missing, so its reads of it are no mistakes. Neither are those of a file whose globals
 * are not the usual ones: one that changes environments, or loads code.
 */
import type {
  AssignmentStatement,
  CallExpression,
  Chunk,
  Expression,
  Identifier,
  IndexExpression,
  Span,
  Statement,
  TableExpression,
} from "../ast.ts";
import type { Analysis } from "../2-analyze/index.ts";
import { forEachChild } from "../visit.ts";
import type { ConstantPaths } from "./constantPaths.ts";
import type { GlobalFacts, NamedPlace } from "./facts.ts";

/** A file that names one of these may well have globals that nobody sees. */
const OWN_GLOBALS = ["setfenv", "getfenv", "module", "load", "loadstring", "loadfile", "dofile"];

/** Functions that `_G` can be given to without getting anything new into it. */
const READERS = ["pairs", "ipairs", "next", "rawget", "rawequal", "type", "tostring", "print"];

export interface GlobalsOptions {
  readonly paths: ConstantPaths;
  /** Those that every program has. */
  readonly known: ReadonlySet<string>;
}

export function findGlobals(
  chunk: Chunk,
  analysis: Analysis,
  { paths, known }: GlobalsOptions,
): GlobalFacts {
  const walker = new Walker(analysis, paths);
  walker.visit(chunk.main.body.statements);
  const hasOwnGlobals = OWN_GLOBALS.some((name) => analysis.globals.has(name));
  const isUnknown = ({ name }: NamedPlace) => !known.has(name);
  const reads = hasOwnGlobals
    ? []
    : walker.reads.filter((place) => isUnknown(place) && !walker.tested.has(place.name));
  return {
    reads,
    functionWrites: analysis.usesEnvironments ? [] : walker.functionWrites.filter(isUnknown),
    assigned: [...walker.declared, ...analysis.assignedGlobals].sort(),
    declared: [...walker.declared].sort(),
    undeterminedAt: walker.undeterminedAt,
    locals:
      reads.length === 0
        ? []
        : [...new Set([...analysis.variables.keys()].map(({ name }) => name))],
  };
}

class Walker {
  readonly reads: NamedPlace[] = [];
  readonly functionWrites: NamedPlace[] = [];
  readonly tested = new Set<string>();
  readonly declared = new Set<string>();
  undeterminedAt: Span | undefined = undefined;
  private readonly analysis: Analysis;
  private readonly paths: ConstantPaths;
  /** Functions around what is being walked, without the main chunk. */
  private depth = 0;

  constructor(analysis: Analysis, paths: ConstantPaths) {
    this.analysis = analysis;
    this.paths = paths;
  }

  visit(nodes: readonly (Statement | Expression)[]): void {
    for (const node of nodes) this.visitNode(node);
  }

  /** @param isTested Whether only its truth counts, or that it is nil. */
  private readonly visitNode = (node: Statement | Expression, isTested = false): void => {
    switch (node.type) {
      case "Identifier":
        this.read(node, isTested);
        return;
      case "FunctionExpression":
        this.depth++;
        this.visit(node.body.statements);
        this.depth--;
        return;
      case "LocalStatement":
        // Another name for `_G` is looked through by the paths.
        this.visitUnlessGlobalTable(node.values);
        return;
      case "AssignmentStatement":
        this.assign(node);
        return;
      case "CallExpression":
        this.call(node);
        return;
      case "TableExpression":
        this.table(node);
        return;
      case "IndexExpression":
        this.visitUnlessGlobalTable([node.base]);
        this.visitNode(node.key);
        return;
      case "LogicalExpression":
        this.visitNode(node.left, true);
        this.visitNode(node.right, isTested || node.operator === "or");
        return;
      case "UnaryExpression":
        this.visitNode(node.operand, node.operator === "not");
        return;
      case "BinaryExpression": {
        const isComparison = node.operator === "==" || node.operator === "~=";
        this.visitNode(node.left, isComparison && node.right.type === "NilLiteral");
        this.visitNode(node.right, isComparison && node.left.type === "NilLiteral");
        return;
      }
      case "IfStatement":
        for (const { condition, body } of node.clauses) {
          this.visitNode(condition, true);
          this.visit(body.statements);
        }
        this.visit(node.otherwise?.statements ?? []);
        return;
      case "WhileStatement":
      case "RepeatStatement":
        this.visitNode(node.condition, true);
        this.visit(node.body.statements);
        return;
      case "ForGenericStatement":
        this.visitUnlessGlobalTable(node.iterators);
        this.visit(node.body.statements);
        return;
      default:
        forEachChild(node, (child) => {
          this.visitNode(child);
        });
    }
  };

  private read(node: Identifier, isTested: boolean): void {
    if (this.isGlobalTable(node)) this.undeterminedAt ??= node.span;
    if (this.analysis.resolved.has(node)) return;
    const { name, span } = node;
    if (isTested) this.tested.add(name);
    else this.reads.push({ name, span });
  }

  private assign({ targets, values }: AssignmentStatement): void {
    for (const target of targets) {
      if (target.type === "Identifier") this.assignVariable(target);
      else this.assignField(target);
    }
    values.forEach((value, index) => {
      const target = targets[index];
      const isIndexed = target?.type === "IndexExpression" && isInheritance(target.key);
      if (isIndexed) this.visitUnlessGlobalTable([value]);
      else this.visitNode(value);
    });
  }

  private assignVariable(node: Identifier): void {
    if (this.analysis.resolved.has(node)) return;
    const { name, span } = node;
    if (this.depth === 0) this.declared.add(name);
    else this.functionWrites.push({ name, span });
  }

  private assignField({ base, key, span }: IndexExpression): void {
    if (this.isGlobalTable(base)) this.declare(key, span);
    else this.visitNode(base);
    this.visitNode(key);
  }

  /** `_G[key] = ...` */
  private declare(key: Expression | undefined, span: Span): void {
    if (key?.type === "StringLiteral") this.declared.add(key.value);
    else this.undeterminedAt ??= span;
  }

  private call(node: CallExpression): void {
    const { callee, method, arguments: values, span } = node;
    this.visitNode(callee);
    const [first, ...others] = values;
    if (first === undefined) return;
    if (this.isGlobalTable(first) && this.paths.isGlobal(callee, "rawset")) {
      this.declare(others[0], span);
      this.visit(others);
      return;
    }
    if (this.paths.isGlobal(callee, "module")) this.declareModule(first);
    const isReader = READERS.some((name) => this.paths.isGlobal(callee, name));
    if (method === undefined && isReader) {
      if (!this.isGlobalTable(first)) this.visitNode(first, this.paths.isGlobal(callee, "type"));
      this.visitUnlessGlobalTable(others);
    } else {
      this.visit(values);
    }
  }

  /** `module("a.b")` makes a global `a`. */
  private declareModule(name: Expression): void {
    if (name.type === "StringLiteral") this.declared.add(name.value.replace(/\..*/, ""));
    else this.undeterminedAt ??= name.span;
  }

  private table({ entries }: TableExpression): void {
    for (const { key, value } of entries) {
      if (key !== undefined) this.visitNode(key);
      if (isInheritance(key)) this.visitUnlessGlobalTable([value]);
      else this.visitNode(value);
    }
  }

  private visitUnlessGlobalTable(nodes: readonly Expression[]): void {
    for (const node of nodes) if (!this.isGlobalTable(node)) this.visitNode(node);
  }

  private isGlobalTable(node: Expression): boolean {
    return node.type === "Identifier" && this.paths.isGlobal(node, "_G");
  }
}

/** What inherits from `_G` does not change it. */
function isInheritance(key: Expression | undefined): boolean {
  return key?.type === "StringLiteral" && key.value === "__index";
}
