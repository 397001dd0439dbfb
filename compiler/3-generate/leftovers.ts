/**
 * What variables of a function still hold when it is of no use any more. Code that V8 has optimized
 * forgets such values by itself; before, they stay in the variable until that is used again, and so
 * are not collected. Where a program asks for collections it could tell, so variables are emptied:
 *
 *     $1 = $2 = t = $forget(undefined, ...);
 *
 * - behind a statement, the temporaries that it used and the variables of the blocks in it;
 * - at the end of a block, its variables: a loop may turn;
 * - where the block behind a condition begins, the temporaries of the condition.
 */
import type * as ESTree from "estree";
import type { Block, Statement } from "../ast.ts";
import {
  assign,
  call,
  expressionStatement,
  identifier,
  UNDEFINED,
  type JsExpression,
  type JsStatement,
} from "./estree.ts";

/** What one statement has used so far. */
interface Used {
  readonly temporaries: Set<string>;
  readonly variables: Set<string>;
  /** Of the innermost block in it, so far. */
  blockVariables: Set<string>;
}

export class Leftovers {
  private readonly statements: Used[] = [];
  private readonly outerBlocks: Set<string>[] = [];

  /** Of the statement that is being emitted. */
  get temporaries(): ReadonlySet<string> | undefined {
    return this.statements.at(-1)?.temporaries;
  }

  addTemporary(name: string): void {
    this.statements.at(-1)?.temporaries.add(name);
  }

  addVariable(name: string): void {
    const statement = this.statements.at(-1);
    statement?.variables.add(name);
    statement?.blockVariables.add(name);
  }

  enter(): void {
    this.statements.push({
      temporaries: new Set(),
      variables: new Set(),
      blockVariables: new Set(),
    });
  }

  /** Ends a statement. Returns what is to be emptied behind it. */
  leave(node: Statement): ReadonlySet<string> | undefined {
    const { temporaries, variables } = this.statements.pop() as Used;
    if (isJump(node)) return undefined;
    if (node.type !== "LocalStatement" && node.type !== "LocalFunctionStatement") {
      return new Set([...temporaries, ...variables]);
    }
    for (const name of variables) this.addVariable(name);
    return temporaries;
  }

  enterBlock(): void {
    const statement = this.statements.at(-1);
    if (statement === undefined) return;
    this.outerBlocks.push(statement.blockVariables);
    statement.blockVariables = new Set();
  }

  /** Ends a block. Returns what is to be emptied at its end. */
  leaveBlock({ statements }: Block): ReadonlySet<string> | undefined {
    const statement = this.statements.at(-1);
    if (statement === undefined) return undefined;
    const { blockVariables } = statement;
    statement.blockVariables = this.outerBlocks.pop() as Set<string>;
    const last = statements.at(-1);
    return last === undefined || isJump(last) ? undefined : blockVariables;
  }
}

function isJump({ type }: Statement): boolean {
  return type === "ReturnStatement" || type === "BreakStatement" || type === "GotoStatement";
}

/** As many as calls usually have. */
const ARGUMENTS = new Array<JsExpression>(8).fill(UNDEFINED);

export function emptying(names: ReadonlySet<string>, forget: ESTree.Identifier): JsStatement {
  const value = [...names].reduceRight<JsExpression>(
    (rest, name) => assign(identifier(name), rest),
    call(forget, ...ARGUMENTS),
  );
  return expressionStatement(value);
}
