/**
 * Finds statements that nothing leads to: behind `return`, `break` and `goto`, behind calls of
 * `error` and `os.exit`, behind loops without end, and in branches whose condition is a constant.
 *
 * Each block is walked once. What a walk gives back is whether the end of the block, or of the
 * statement, can be reached; only constants that are written out count as known.
 */
import type {
  Block,
  CallExpression,
  Chunk,
  Expression,
  IfStatement,
  Span,
  Statement,
} from "../ast.ts";
import type { Analysis } from "../2-analyze/index.ts";
import { forEachChild } from "../visit.ts";

export interface Unreachable {
  readonly span: Span;
  /** For people: "'return' ends the block before it". */
  readonly reason: string;
}

/** @param replaced Library functions and libraries ("os.exit", "os") that may be others in this file. */
export function findUnreachable(
  chunk: Chunk,
  analysis: Analysis,
  replaced: ReadonlySet<string>,
): Unreachable[] {
  const walker = new Walker(analysis, replaced);
  walker.visitBlock(chunk.main.body);
  return walker.found;
}

/** A loop whose body is being walked. */
interface Loop {
  hasBreak: boolean;
}

class Walker {
  readonly found: Unreachable[] = [];
  /** Positions of the labels that are jumped to. */
  private readonly targets = new Map<Block, Set<number>>();
  private readonly analysis: Analysis;
  private readonly replaced: ReadonlySet<string>;
  private loop: Loop = { hasBreak: false };
  /** Within code that has been found already. */
  private isFound = false;

  constructor(analysis: Analysis, replaced: ReadonlySet<string>) {
    this.analysis = analysis;
    this.replaced = replaced;
    for (const { block, position } of analysis.jumps.values()) {
      const positions = this.targets.get(block) ?? new Set();
      this.targets.set(block, positions.add(position));
    }
  }

  /** @returns Whether its end can be reached. */
  visitBlock(block: Block): boolean {
    const targets = this.targets.get(block);
    const { isFound } = this;
    let obstacle: Statement | undefined;
    for (const [position, statement] of block.statements.entries()) {
      if (obstacle !== undefined && targets?.has(position) === true) {
        obstacle = undefined;
        this.isFound = isFound;
      }
      if (obstacle !== undefined) this.report(block, position, reasonOf(obstacle));
      if (!this.visitStatement(statement)) obstacle ??= statement;
    }
    this.isFound = isFound;
    return obstacle === undefined;
  }

  private report(block: Block, position: number, reason: string): void {
    const targets = this.targets.get(block);
    const first = block.statements[position];
    const end = block.statements.findIndex((_each, at) => at > position && targets?.has(at));
    const last = block.statements.at(end === -1 ? -1 : end - 1);
    if (this.isFound || first === undefined || last === undefined) return;
    // A label and the end of a block are no code.
    if (first.type === "LabelStatement") return;
    this.isFound = true;
    this.found.push({ span: { start: first.span.start, end: last.span.end }, reason });
  }

  private visitStatement(statement: Statement): boolean {
    switch (statement.type) {
      case "ReturnStatement":
        this.visitFunctions(statement);
        return false;
      case "GotoStatement":
        return false;
      case "BreakStatement":
        this.loop.hasBreak = true;
        return false;
      case "CallStatement":
        this.visitFunctions(statement);
        return !this.neverReturns(statement.call);
      case "DoStatement":
        return this.visitBlock(statement.body);
      case "IfStatement":
        return this.visitIf(statement);
      case "WhileStatement": {
        this.visitFunctions(statement.condition);
        const constant = constantOf(statement.condition);
        const { hasBreak } = this.visitLoop(statement.body, constant === false);
        return constant !== true || hasBreak;
      }
      case "RepeatStatement": {
        const { hasBreak, reachesEnd } = this.visitLoop(statement.body, false);
        this.visitFunctions(statement.condition);
        return hasBreak || (reachesEnd && constantOf(statement.condition) !== false);
      }
      case "ForNumericStatement":
      case "ForGenericStatement":
        forEachChild(statement, (child) => {
          if (!isStatement(child)) this.visitFunctions(child);
        });
        this.visitLoop(statement.body, false);
        return true;
      default:
        this.visitFunctions(statement);
        return true;
    }
  }

  private visitIf({ clauses, otherwise }: IfStatement): boolean {
    let reachesEnd = false;
    let isDecided = false;
    for (const { condition, body } of clauses) {
      this.visitFunctions(condition);
      const constant = constantOf(condition);
      const isNever = isDecided || constant === false;
      const bodyReachesEnd = this.visitBranch(body, isNever);
      if (!isNever) reachesEnd ||= bodyReachesEnd;
      isDecided ||= constant === true;
    }
    const otherwiseReachesEnd = otherwise === undefined || this.visitBranch(otherwise, isDecided);
    return reachesEnd || (!isDecided && otherwiseReachesEnd);
  }

  private visitLoop(body: Block, isNever: boolean): Loop & { readonly reachesEnd: boolean } {
    const { loop } = this;
    const own: Loop = { hasBreak: false };
    this.loop = own;
    const reachesEnd = this.visitBranch(body, isNever);
    this.loop = loop;
    return { ...own, reachesEnd };
  }

  private visitBranch(body: Block, isNever: boolean): boolean {
    if (!isNever) return this.visitBlock(body);
    const { isFound } = this;
    this.report(body, 0, "a constant decides against it");
    this.visitBlock(body);
    this.isFound = isFound;
    return false;
  }

  /** The functions in the expressions below a node begin anew. */
  private visitFunctions(node: Statement | Expression): void {
    if (node.type === "FunctionExpression") {
      const { loop } = this;
      this.visitBlock(node.body);
      this.loop = loop;
      return;
    }
    forEachChild(node, (child) => {
      this.visitFunctions(child);
    });
  }

  /** `error(...)` and `os.exit(...)`, where these are the globals and nothing else is put there. */
  private neverReturns({ callee, method }: CallExpression): boolean {
    if (method !== undefined || this.analysis.usesEnvironments) return false;
    const name =
      callee.type === "IndexExpression" &&
      callee.key.type === "StringLiteral" &&
      callee.key.value === "exit"
        ? { base: callee.base, isMeant: "os", whole: "os.exit" }
        : { base: callee, isMeant: "error", whole: "error" };
    return (
      name.base.type === "Identifier" &&
      name.base.name === name.isMeant &&
      !this.analysis.resolved.has(name.base) &&
      ![name.isMeant, name.whole, "_G"].some((each) => this.replaced.has(each))
    );
  }
}

function isStatement(node: Statement | Expression): node is Statement {
  return node.type.endsWith("Statement");
}

/** What a condition always is, where it is a literal. */
function constantOf(condition: Expression): boolean | undefined {
  switch (condition.type) {
    case "NilLiteral":
      return false;
    case "BooleanLiteral":
      return condition.value;
    case "NumberLiteral":
    case "StringLiteral":
      return true;
    default:
      return undefined;
  }
}

function reasonOf(obstacle: Statement): string {
  const where = `in line ${String(obstacle.line)}`;
  switch (obstacle.type) {
    case "ReturnStatement":
      return `'return' ${where} ends the function before it`;
    case "BreakStatement":
      return `'break' ${where} leaves the loop before it`;
    case "GotoStatement":
      return `'goto' ${where} jumps away before it`;
    case "CallStatement":
      return `the call ${where} never returns`;
    case "WhileStatement":
    case "RepeatStatement":
      return `the loop ${where} never ends without leaving the function`;
    default:
      return `the block ${where} never lets it go on`;
  }
}
