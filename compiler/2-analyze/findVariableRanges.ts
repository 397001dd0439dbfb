/**
 * Where in the source each local variable is known (manual 2.6), as byte offsets: from the end of the statement
 * that declares it to the end of its block. That of a `repeat` includes its condition.
 */
import type { Block, Chunk, Expression, LocalStatement, Name, Span, Statement } from "../ast.ts";
import { forEachChild } from "../visit.ts";

export function findVariableRanges(chunk: Chunk): Map<Name, Span> {
  const finder = new RangeFinder();
  finder.visit(chunk.main);
  return finder.ranges;
}

class RangeFinder {
  readonly ranges = new Map<Name, Span>();
  /** Of the block that is being visited. */
  private end = 0;

  readonly visit = (node: Statement | Expression): void => {
    switch (node.type) {
      case "FunctionExpression": {
        const { start, end } = node.span;
        this.declare(node.parameters, { start, end });
        // The end of a main chunk is no word of its own.
        this.visitBlock(node.body, node.firstLine === 0 ? end + 1 : end);
        return;
      }
      case "LocalStatement":
        forEachChild(node, this.visit);
        this.declare(node.names, { start: isImplicit(node) ? 0 : node.span.end, end: this.end });
        return;
      case "LocalFunctionStatement":
        this.declare([node.name], { start: node.name.span.end, end: this.end });
        this.visit(node.function);
        return;
      case "DoStatement":
        this.visitBlock(node.body, node.span.end);
        return;
      case "WhileStatement":
        this.visit(node.condition);
        this.visitBlock(node.body, node.span.end);
        return;
      case "RepeatStatement": {
        const { end } = this;
        this.end = node.span.end;
        node.body.statements.forEach(this.visit);
        this.visit(node.condition);
        this.end = end;
        return;
      }
      case "IfStatement":
        for (const { condition, body } of node.clauses) {
          this.visit(condition);
          this.visitBlock(body, endOf(body, node.span));
        }
        if (node.otherwise !== undefined) this.visitBlock(node.otherwise, node.span.end);
        return;
      case "ForNumericStatement":
        [node.start, node.limit].forEach(this.visit);
        if (node.step !== undefined) this.visit(node.step);
        this.visitLoop([node.variable], node);
        return;
      case "ForGenericStatement":
        node.iterators.forEach(this.visit);
        this.visitLoop(node.variables, node);
        return;
      default:
        forEachChild(node, this.visit);
    }
  };

  private visitBlock({ statements }: Block, end: number): void {
    const { end: outer } = this;
    this.end = end;
    statements.forEach(this.visit);
    this.end = outer;
  }

  /** At the `end` of a `for` only its hidden variables are left. */
  private visitLoop(
    names: readonly Name[],
    node: { readonly body: Block; readonly span: Span },
  ): void {
    const { start, end } = bodyOf(node);
    const bodyEnd = end - "end".length;
    this.declare(names, { start, end: bodyEnd });
    this.visitBlock(node.body, bodyEnd);
  }

  private declare(names: readonly Name[], range: Span): void {
    for (const name of names) this.ranges.set(name, range);
  }
}

/** The variable `arg` of Lua 5.1, which is declared by the function as a whole. */
export function isImplicit({ names, span }: LocalStatement): boolean {
  return names[0]?.span === span;
}

/** The end of a block of an `if`, behind which others may follow. */
function endOf({ statements }: Block, otherwise: Span): number {
  return statements.at(-1)?.span.end ?? otherwise.start;
}

/** Where the body of a `for` is, its `end` included. */
export function bodyOf({ body, span }: { readonly body: Block; readonly span: Span }): Span {
  return { start: body.statements[0]?.span.start ?? span.end - "end".length, end: span.end };
}
