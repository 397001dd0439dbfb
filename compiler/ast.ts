/**
 * The Lua AST, shared by all phases. It is ours: `1-parse` has luaparse put it together, and later
 * phases never meet a parser's quirks.
 *
 * - Strings are byte strings: one char per byte, escapes resolved.
 * - There is one call node; `obj:name(...)` is a call with a `method`.
 * - `Parenthesized` stands only around a call or `...`, where it cuts a value list to one value
 *   (manual 2.5); other parentheses are gone.
 * - `function a.b:c() end` is an assignment of a function with a `self` parameter.
 *
 * Nodes are never changed after parsing; what passes find out is in `2-analyze/analysis.ts`.
 */

/** Where a node is in the source: byte offsets, the end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface NodeBase {
  readonly span: Span;
  /**
   * The line an error in this node is reported at, from 1, as LuaJIT does: for a call the line of
   * its arguments' first token, for any other expression the line of its last token, for a
   * statement the line of its first token. LuaJIT's exceptions are followed: a tail call, and a
   * variable or field that is assigned to, are at the end of their statement; a field or global
   * that is read late is where that happens (the last argument at the `)` of its call); a numeric
   * `for` is at its `do`, a generic one at its first iterator.
   */
  readonly line: number;
}

/** An occurrence of a name that declares a variable. */
export interface Name extends NodeBase {
  readonly type: "Name";
  readonly name: string;
}

// --- Expressions ------------------------------------------------------------------------------

export interface NilLiteral extends NodeBase {
  readonly type: "NilLiteral";
}

export interface BooleanLiteral extends NodeBase {
  readonly type: "BooleanLiteral";
  readonly value: boolean;
}

export interface NumberLiteral extends NodeBase {
  readonly type: "NumberLiteral";
  readonly value: number;
}

export interface StringLiteral extends NodeBase {
  readonly type: "StringLiteral";
  readonly value: string;
}

/** `...` */
export interface VarargExpression extends NodeBase {
  readonly type: "VarargExpression";
}

/** How many values `...` stands for. No program writes it: it is in Lua 5.1's variable `arg`. */
export interface VarargCount extends NodeBase {
  readonly type: "VarargCount";
}

/** A use of a variable, local or global. */
export interface Identifier extends NodeBase {
  readonly type: "Identifier";
  readonly name: string;
  /** Which one it is of those in the chunk, from 0: for tables of what is known of them. */
  readonly index: number;
}

/** `base[key]`, and `base.name` with a `StringLiteral` key. */
export interface IndexExpression extends NodeBase {
  readonly type: "IndexExpression";
  readonly base: Expression;
  readonly key: Expression;
}

/** `callee(...)`, and `callee:method(...)`. */
export interface CallExpression extends NodeBase {
  readonly type: "CallExpression";
  readonly callee: Expression;
  readonly method: string | undefined;
  readonly arguments: readonly Expression[];
}

export interface FunctionExpression extends NodeBase {
  readonly type: "FunctionExpression";
  /** `self` included. */
  readonly parameters: readonly Name[];
  readonly isVararg: boolean;
  readonly body: Block;
  /** What the source calls it: "f", "a.b:c"; `undefined` for an anonymous function. */
  readonly name: string | undefined;
  /** Line of the word `function`; 0 for the main chunk. */
  readonly firstLine: number;
  /** Line of its `end`; 0 for the main chunk. */
  readonly lastLine: number;
}

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "^";
export type ComparisonOperator = "==" | "~=" | "<" | "<=" | ">" | ">=";

/** Arithmetic, comparison and `..`. */
export interface BinaryExpression extends NodeBase {
  readonly type: "BinaryExpression";
  readonly operator: ArithmeticOperator | ComparisonOperator | "..";
  readonly left: Expression;
  readonly right: Expression;
}

export interface LogicalExpression extends NodeBase {
  readonly type: "LogicalExpression";
  readonly operator: "and" | "or";
  readonly left: Expression;
  readonly right: Expression;
}

export interface UnaryExpression extends NodeBase {
  readonly type: "UnaryExpression";
  readonly operator: "-" | "not" | "#";
  readonly operand: Expression;
}

export interface TableExpression extends NodeBase {
  readonly type: "TableExpression";
  readonly entries: readonly TableEntry[];
}

/** `value`, or `[key] = value`, or `name = value` with a `StringLiteral` key. */
export interface TableEntry {
  /** `undefined` for a positional entry. */
  readonly key: Expression | undefined;
  readonly value: Expression;
}

/** `(f())` or `(...)`: exactly one value. */
export interface Parenthesized extends NodeBase {
  readonly type: "Parenthesized";
  readonly expression: CallExpression | VarargExpression;
}

export type Expression =
  | NilLiteral
  | BooleanLiteral
  | NumberLiteral
  | StringLiteral
  | VarargExpression
  | VarargCount
  | Identifier
  | IndexExpression
  | CallExpression
  | FunctionExpression
  | BinaryExpression
  | LogicalExpression
  | UnaryExpression
  | TableExpression
  | Parenthesized;

// --- Statements -------------------------------------------------------------------------------

export interface LocalStatement extends NodeBase {
  readonly type: "LocalStatement";
  readonly names: readonly Name[];
  readonly values: readonly Expression[];
}

/** `local function name`: the function sees its own name. */
export interface LocalFunctionStatement extends NodeBase {
  readonly type: "LocalFunctionStatement";
  readonly name: Name;
  readonly function: FunctionExpression;
}

export interface AssignmentStatement extends NodeBase {
  readonly type: "AssignmentStatement";
  readonly targets: readonly (Identifier | IndexExpression)[];
  readonly values: readonly Expression[];
}

export interface CallStatement extends NodeBase {
  readonly type: "CallStatement";
  readonly call: CallExpression;
}

export interface DoStatement extends NodeBase {
  readonly type: "DoStatement";
  readonly body: Block;
}

export interface WhileStatement extends NodeBase {
  readonly type: "WhileStatement";
  readonly condition: Expression;
  readonly body: Block;
}

/** The condition sees the locals of the body (manual 2.4.4). */
export interface RepeatStatement extends NodeBase {
  readonly type: "RepeatStatement";
  readonly body: Block;
  readonly condition: Expression;
}

export interface IfStatement extends NodeBase {
  readonly type: "IfStatement";
  readonly clauses: readonly IfClause[];
  readonly otherwise: Block | undefined;
}

export interface IfClause {
  readonly condition: Expression;
  readonly body: Block;
}

export interface ForNumericStatement extends NodeBase {
  readonly type: "ForNumericStatement";
  readonly variable: Name;
  readonly start: Expression;
  readonly limit: Expression;
  readonly step: Expression | undefined;
  readonly body: Block;
}

export interface ForGenericStatement extends NodeBase {
  readonly type: "ForGenericStatement";
  readonly variables: readonly Name[];
  readonly iterators: readonly Expression[];
  readonly body: Block;
}

export interface ReturnStatement extends NodeBase {
  readonly type: "ReturnStatement";
  readonly values: readonly Expression[];
}

export interface BreakStatement extends NodeBase {
  readonly type: "BreakStatement";
}

export interface GotoStatement extends NodeBase {
  readonly type: "GotoStatement";
  readonly label: string;
}

export interface LabelStatement extends NodeBase {
  readonly type: "LabelStatement";
  readonly name: string;
}

export type Statement =
  | LocalStatement
  | LocalFunctionStatement
  | AssignmentStatement
  | CallStatement
  | DoStatement
  | WhileStatement
  | RepeatStatement
  | IfStatement
  | ForNumericStatement
  | ForGenericStatement
  | ReturnStatement
  | BreakStatement
  | GotoStatement
  | LabelStatement;

/** A sequence of statements with a scope of its own. */
export interface Block {
  readonly statements: readonly Statement[];
}

/** A parsed chunk: its main function, which is vararg (manual 2.4.1). */
export interface Chunk {
  readonly main: FunctionExpression;
}

export type Node = Statement | Expression | Name;
