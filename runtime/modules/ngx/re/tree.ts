/**
 * What a pattern of PCRE means, as a tree over bytes: characters of UTF-8 are sequences of them. All
 * options are already in it: sets have both cases of their letters, `^` is the assertion it stands for.
 */
import type { ByteSet } from "./byteSet.ts";

export type Node =
  | { readonly kind: "bytes"; readonly set: ByteSet }
  /** One character of UTF-8 that may have several bytes. */
  | { readonly kind: "character"; readonly bytes: Node }
  | { readonly kind: "sequence"; readonly items: readonly Node[] }
  | { readonly kind: "choice"; readonly branches: readonly Node[] }
  | Repeat
  | Capture
  | Look
  /** Matched once and for all: nothing in it is tried again. */
  | { readonly kind: "atomic"; readonly body: Node }
  | { readonly kind: "assertion"; readonly test: Assertion }
  | Backreference
  /** Begins the match anew: `\K`. */
  | { readonly kind: "keep" }
  /** Goes back by some characters: the beginning of what is looked for behind. */
  | { readonly kind: "back"; readonly characters: number }
  | Condition
  | Call
  | { readonly kind: "fail" };

export interface Repeat {
  readonly kind: "repeat";
  readonly body: Node;
  readonly minimum: number;
  /** `Infinity` for no maximum. */
  readonly maximum: number;
  readonly isLazy: boolean;
}

export interface Capture {
  readonly kind: "capture";
  /** From 1. */
  readonly group: number;
  readonly body: Node;
}

export interface Look {
  readonly kind: "look";
  readonly isAhead: boolean;
  readonly isNegative: boolean;
  /** When not ahead, a choice of sequences that begin with `back`. */
  readonly body: Node;
}

export interface Backreference {
  readonly kind: "backreference";
  /** Whatever is first among those that have matched. Filled when all of the pattern is known. */
  readonly groups: number[];
  readonly ignoresCase: boolean;
}

export interface Condition {
  readonly kind: "condition";
  /** Whether one of these has matched; `undefined` when it is about calls. Filled when all of the pattern is known. */
  readonly groups: number[];
  /** Instead of groups: whether code that was called runs, of any group (0) or of one. */
  readonly calledGroup?: number | undefined;
  readonly yes: Node;
  readonly no: Node;
}

/** Matches as another part of the pattern does, which may have this very call in it. */
export interface Call {
  readonly kind: "call";
  /** 0 for the whole pattern. Filled when all of it is known. */
  group: number;
}

export type Assertion =
  | "start"
  | "end"
  | "endOrLastNewline"
  | "lineStart"
  | "lineEnd"
  | "word"
  | "notWord"
  | "searchStart";

/** A pattern that was read. */
export interface Tree {
  readonly root: Node;
  readonly groupCount: number;
  /** By number: what is called. */
  readonly bodies: ReadonlyMap<number, Node>;
  /** Ordered by name, then by group. */
  readonly names: readonly GroupName[];
  readonly isUtf8: boolean;
}

export interface GroupName {
  readonly name: string;
  readonly group: number;
}

export const EMPTY: Node = { kind: "sequence", items: [] };

export function sequence(items: readonly Node[]): Node {
  return items.length === 1 ? (items[0] as Node) : { kind: "sequence", items };
}

export function choice(branches: readonly Node[]): Node {
  return branches.length === 1 ? (branches[0] as Node) : { kind: "choice", branches };
}
