/**
 * The node kinds of our own that emitted code has beside those of ESTree, and that the printer knows (4-print):
 *
 * - `Sited`: a statement that stems from a line of Lua; one that may suspend or raise also says
 *   what its operands are called.
 * - `SuspendExit`: leaves the function because a call suspended, on one line:
 *   `{ $pc |= 3; break $body; }`, or `$pc |= -3` when nothing is left to do behind it. It also says what the results are for, once they are there.
 * - `Comment`: a line comment, for whoever reads the code.
 * - `Step`: for debuggers, what was a sited statement as a part of an expression (debugging/joinSteps.ts).
 *
 * For debuggers statements also carry their place in Lua, and identifiers in declarations their Lua name.
 */
import type * as ESTree from "estree";
import type { Site } from "../site.ts";

declare module "estree" {
  interface BaseNodeWithoutComments {
    luaPlace?: LuaPlace | undefined;
  }
  interface Identifier {
    /** The Lua variable that is declared here. */
    luaName?: string | undefined;
    /** Which variable it is in the function whose saved variables were looked for last (resume/findSavedVariables.ts). */
    value?: number;
  }
  interface ExpressionMap {
    Step: Step;
  }
}

/** Where a debugger stops: in a Lua statement, at one of its lines. */
export interface LuaPlace {
  /** Byte offset of the statement. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
}

export interface Sited {
  type: "Sited";
  site: Site;
  statement: JsStatement;
  /** Of the variables that are looked at (resume/findSavedVariables.ts), those that occur in it. */
  mentioned: number;
  luaPlace?: LuaPlace | undefined;
}

/** An expression on a line of its own. */
export interface Step extends ESTree.BaseExpression {
  type: "Step";
  readonly site: Site;
  /** Of the exit in it. */
  readonly pc: number | undefined;
  readonly expression: JsExpression;
}

export interface SuspendExit {
  type: "SuspendExit";
  /** Unique in its function and ascending in the order of the text (resume/planExits.ts). */
  pc: number;
  readonly resumption: Resumption;
  /** Whether the function returns nothing behind it (resume/planExits.ts). */
  isLast: boolean;
  /** For debuggers: the Lua variables that are in scope, by their JavaScript names. */
  readonly visible?: readonly string[] | undefined;
  /** For debuggers: what leaves the function, in place of the jump out of `$body`. */
  leave?: JsExpression;
  luaPlace?: LuaPlace | undefined;
}

/** Where the results of a call that suspended go when the function goes on behind it. */
export type Resumption =
  | { readonly form: "none" }
  /** The first result, or an array of all. */
  | { readonly form: "first" | "all"; readonly place: ESTree.Identifier | ESTree.MemberExpression };

/** A line comment. */
export interface Comment {
  type: "Comment";
  text: string;
  luaPlace?: LuaPlace | undefined;
}

export type JsStatement = ESTree.Statement | Sited | SuspendExit | Comment;
export type JsExpression = ESTree.Expression;
