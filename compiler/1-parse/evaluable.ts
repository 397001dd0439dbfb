/** What a chunk consists of that need not be compiled (readEvaluable.ts). runtime/host.ts has the same. */

/** Constants stand for themselves. */
export type Evaluable = undefined | boolean | number | string | EvaluableNode;

export type EvaluableNode =
  | EvaluableTable
  | { readonly kind: "global"; readonly name: string }
  | { readonly kind: "index"; readonly object: Evaluable; readonly key: Evaluable }
  | { readonly kind: "call"; readonly callee: Evaluable; readonly values: readonly Evaluable[] }
  | { readonly kind: "unary"; readonly operator: "-" | "not"; readonly operand: Evaluable }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Evaluable;
      readonly right: Evaluable;
    };

/** A constructor. None of its constants is nil; what is calculated may be. */
export interface EvaluableTable {
  readonly kind: "table";
  /** Strings only, where there are items. */
  readonly keys: readonly Evaluable[];
  /** By the index of the key. */
  readonly values: readonly Evaluable[];
  /** From index 1 on. */
  readonly items: readonly Evaluable[];
}

export type BinaryOperator =
  "or" | "and" | "<" | ">" | "<=" | ">=" | "==" | "~=" | ".." | "+" | "-" | "*" | "/" | "%" | "^";
