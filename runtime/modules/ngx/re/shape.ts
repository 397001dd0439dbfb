/** What is known of a node without a subject. */
import { joinSets, MAX_BYTE, type ByteSet } from "./byteSet.ts";
import type { Node } from "./tree.ts";

/** Whether it may match nothing; true where that is not known. */
export function canBeEmpty(node: Node): boolean {
  switch (node.kind) {
    case "bytes":
    case "character":
    case "fail":
      return false;
    case "sequence":
      return node.items.every(canBeEmpty);
    case "choice":
      return node.branches.some(canBeEmpty);
    case "repeat":
      return node.minimum === 0 || canBeEmpty(node.body);
    case "capture":
    case "atomic":
      return canBeEmpty(node.body);
    case "condition":
      return canBeEmpty(node.yes) || canBeEmpty(node.no);
    default:
      return true;
  }
}

/** What it may begin with, where it is not empty; `undefined` when it can't be told. */
export function firstBytes(node: Node): ByteSet | undefined {
  switch (node.kind) {
    case "bytes":
      return node.set;
    case "character":
      return firstBytes(node.bytes);
    case "sequence":
      return firstOfSequence(node.items);
    case "choice":
      return joinKnown(node.branches.map(firstBytes));
    case "repeat":
    case "capture":
    case "atomic":
      return firstBytes(node.body);
    case "condition":
      return joinKnown([firstBytes(node.yes), firstBytes(node.no)]);
    case "backreference":
    case "call":
    case "back":
      return undefined;
    default:
      return NO_BYTES;
  }
}

const NO_BYTES: ByteSet = new Uint8Array(MAX_BYTE + 1);

function firstOfSequence(items: readonly Node[]): ByteSet | undefined {
  const sets: (ByteSet | undefined)[] = [];
  for (const item of items) {
    sets.push(firstBytes(item));
    if (!canBeEmpty(item)) break;
  }
  return joinKnown(sets);
}

function joinKnown(sets: readonly (ByteSet | undefined)[]): ByteSet | undefined {
  const known = sets.filter((set) => set !== undefined);
  return known.length === sets.length ? joinSets(known) : undefined;
}

/** See `Program.leadingRun`. */
export function leadingRun(root: Node): ByteSet | undefined {
  return hasKind(root, LOOKING_BACK) ? undefined : leadingSet(root);
}

/** What may tell where a match began. */
const LOOKING_BACK: ReadonlySet<Node["kind"]> = new Set([
  "backreference",
  "call",
  "condition",
  "keep",
] as const);

/** @param isAtomic Whether the first end that is found is the only one: then it must be the last one of a run. */
function leadingSet(node: Node, isAtomic = false): ByteSet | undefined {
  switch (node.kind) {
    case "repeat":
      if (node.body.kind !== "bytes" || node.maximum !== Infinity) return undefined;
      return isAtomic && node.isLazy ? undefined : node.body.set;
    case "sequence": {
      const [first] = node.items;
      return first === undefined ? undefined : leadingSet(first, isAtomic);
    }
    case "capture":
      return leadingSet(node.body, isAtomic);
    case "atomic":
      return leadingSet(node.body, true);
    default:
      return undefined;
  }
}

/** Whether a node, or one within it, is of one of these kinds. */
export function hasKind(node: Node, kinds: ReadonlySet<Node["kind"]>): boolean {
  return kinds.has(node.kind) || partsOf(node).some((part) => hasKind(part, kinds));
}

export function partsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case "sequence":
      return node.items;
    case "choice":
      return node.branches;
    case "repeat":
    case "capture":
    case "look":
    case "atomic":
      return [node.body];
    case "character":
      return [node.bytes];
    case "condition":
      return [node.yes, node.no];
    default:
      return [];
  }
}
