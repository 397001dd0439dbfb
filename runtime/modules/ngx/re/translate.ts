/**
 * Trees as regular expressions of JavaScript, where those do exactly the same, and how long they may take:
 * V8 can't be interrupted in one.
 *
 * What JavaScript does otherwise than PCRE stays with our machine:
 *
 * - a loop begins each turn with its groups unset, and takes no turn that matches nothing;
 * - references to groups that did not match are empty;
 * - groups are counted in the order in which they begin;
 * - there are no atomic groups, conditions, calls, `\K` and `\G`.
 *
 * Sets have both cases of their letters already, so no expression ignores case (JavaScript knows that of
 * more letters than PCRE), and bytes are what it takes for code units.
 */
import { areDisjoint, joinSets, MAX_BYTE, rangesOf, type ByteSet } from "./byteSet.ts";
import { canBeEmpty, firstBytes, hasKind, partsOf } from "./shape.ts";
import type { Assertion, Node, Repeat, Tree } from "./tree.ts";

export interface Translation {
  readonly source: string;
  /** In the worst case a search takes `factor * length ** degree` steps. */
  readonly factor: number;
  readonly degree: number;
}

/** `undefined` where JavaScript would do something else, or may take for ever. */
export function translate({ root, groupCount }: Tree): Translation | undefined {
  if (!isSame(root) || !isCountedAlike(root, groupCount)) return undefined;
  const cost = costOf([root]);
  if (cost === undefined) return undefined;
  // A match is looked for at each place.
  return { source: sourceOf(root), factor: cost.factor, degree: cost.degree + 1 };
}

const STRANGERS: ReadonlySet<Node["kind"]> = new Set([
  "atomic",
  "backreference",
  "keep",
  "condition",
  "call",
] as const);

/** Whether groups have the numbers that JavaScript gives them: branches may share them in PCRE. */
function isCountedAlike(root: Node, groupCount: number): boolean {
  let count = 0;
  const visit = (node: Node): boolean =>
    (node.kind !== "capture" || node.group === ++count) && partsOf(node).every(visit);
  return visit(root) && count === groupCount;
}

/** Whether JavaScript matches the same. */
function isSame(node: Node): boolean {
  if (STRANGERS.has(node.kind)) return false;
  switch (node.kind) {
    case "assertion":
      return node.test !== "searchStart";
    case "repeat":
      return node.maximum > 0 && isSameLoop(node);
    case "look":
      // It is matched from its end when behind.
      return node.isAhead ? isSame(node.body) : isPlain(node.body);
    default:
      return partsOf(node).every(isSame);
  }
}

function isSameLoop({ body }: Repeat): boolean {
  return !canBeEmpty(body) && setsAllGroups(body) && isSame(body);
}

const PLAIN: ReadonlySet<Node["kind"]> = new Set([
  "bytes",
  "character",
  "sequence",
  "choice",
  "back",
] as const);

function isPlain(node: Node): boolean {
  return PLAIN.has(node.kind) && partsOf(node).every(isPlain);
}

/** Whether a match sets each group in it: so no turn of a loop leaves one as the turn before has set it. */
function setsAllGroups(node: Node): boolean {
  switch (node.kind) {
    case "choice":
      return !hasKind(node, GROUPS);
    case "repeat":
      return node.minimum > 0 ? setsAllGroups(node.body) : !hasKind(node, GROUPS);
    case "look":
      return !hasKind(node, GROUPS);
    default:
      return partsOf(node).every(setsAllGroups);
  }
}

const GROUPS: ReadonlySet<Node["kind"]> = new Set(["capture"] as const);

// --- Source ---

const ASSERTIONS: Readonly<Record<Assertion, string>> = {
  start: "^",
  end: "$",
  endOrLastNewline: "(?=\\n?$)",
  lineStart: "(?:^|(?<=\\n)(?=[^]))",
  lineEnd: "(?=\\n|$)",
  word: "\\b",
  notWord: "\\B",
  searchStart: "",
};

function sourceOf(node: Node): string {
  switch (node.kind) {
    case "bytes":
      return classOf(node.set);
    case "character":
      return sourceOf(node.bytes);
    case "sequence":
      return node.items.map(sourceOf).join("");
    case "choice":
      return `(?:${node.branches.map(sourceOf).join("|")})`;
    case "capture":
      return `(${sourceOf(node.body)})`;
    case "repeat":
      return `${itemOf(node.body)}${quantifierOf(node)}`;
    case "look": {
      const sign = `${node.isAhead ? "" : "<"}${node.isNegative ? "!" : "="}`;
      return `(?${sign}${sourceOf(node.body)})`;
    }
    case "assertion":
      return ASSERTIONS[node.test];
    case "fail":
      return "[]";
    default:
      return "";
  }
}

function itemOf(node: Node): string {
  const source = sourceOf(node);
  return node.kind === "bytes" || node.kind === "capture" ? source : `(?:${source})`;
}

function quantifierOf({ minimum, maximum, isLazy }: Repeat): string {
  const most = maximum === Infinity ? "" : String(maximum);
  return `{${String(minimum)},${most}}${isLazy ? "?" : ""}`;
}

function classOf(set: ByteSet): string {
  const hex = (byte: number) => `\\x${byte.toString(16).padStart(2, "0")}`;
  const ranges = rangesOf(set);
  const [first] = ranges;
  if (ranges.length === 1 && first?.[0] === 0 && first[1] === MAX_BYTE) return "[^]";
  return `[${ranges.map(([from, to]) => (from === to ? hex(from) : `${hex(from)}-${hex(to)}`)).join("")}]`;
}

// --- Cost ---

interface Cost {
  readonly factor: number;
  readonly degree: number;
}

const ONE: Cost = { factor: 1, degree: 0 };

/**
 * The steps that matching some nodes one after the other may take at one place, all ways tried;
 * `undefined` when they may grow faster than any power.
 */
function costOf(nodes: readonly Node[]): Cost | undefined {
  const [node, ...others] = nodes;
  if (node === undefined) return ONE;
  switch (node.kind) {
    case "sequence":
      return costOf([...node.items, ...others]);
    case "capture":
      return costOf([node.body, ...others]);
    case "character":
      return costOf([node.bytes, ...others]);
    case "choice":
      return costOfChoice(node.branches, others);
    case "repeat":
      return costOfLoop(node, others);
    case "look":
      return plus(costOf([node.body]), costOf(others));
    default:
      return plus(ONE, costOf(others));
  }
}

function costOfChoice(branches: readonly Node[], others: readonly Node[]): Cost | undefined {
  const rest = costOf(others);
  const costs = branches.map((branch) => costOf([branch]));
  const own = costs.reduce(plus, ONE);
  // At most one branch gets through when they begin with different bytes.
  const isDecided = branches.every((branch) => !canBeEmpty(branch)) && areAllDisjoint(branches);
  const ways = isDecided ? ONE : { factor: branches.length, degree: 0 };
  return own === undefined || own.degree > 0 ? times(own, rest) : plus(own, times(ways, rest));
}

function costOfLoop(node: Repeat, others: readonly Node[]): Cost | undefined {
  const { body, maximum } = node;
  const rest = costOf(others);
  const set = setOfTurn(body);
  const turns: Cost =
    maximum === Infinity ? { factor: 1, degree: 1 } : { factor: maximum + 1, degree: 0 };
  if (set === undefined) {
    // Each turn may have several ways through; so many turns at most, or they are a power.
    const own = maximum <= MAX_TURNS ? costOf(Array<Node>(maximum).fill(body)) : undefined;
    return times(times(own, turns), rest);
  }
  const turn = costOf([body]);
  // Where it ends is decided by the byte that follows.
  const isDecided = others.length === 0 || endsAreDecided(set, others);
  return isDecided ? plus(times(turn, turns), rest) : times(times(turn, turns), rest);
}

/** Loops of parts with several ways through are taken for that many parts one after the other. */
const MAX_TURNS = 4;

/**
 * The bytes that a turn of a loop begins with, where there is one way only through each turn: then the
 * number of turns is all that may differ.
 */
function setOfTurn(body: Node): ByteSet | undefined {
  return isOneWay(body) ? firstBytes(body) : undefined;
}

function isOneWay(node: Node): boolean {
  switch (node.kind) {
    case "bytes":
      return true;
    case "character":
      return isOneWay(node.bytes);
    case "capture":
      return isOneWay(node.body);
    case "sequence":
      return node.items.every(isOneWay);
    case "choice":
      return (
        node.branches.every((branch) => isOneWay(branch) && !canBeEmpty(branch)) &&
        areAllDisjoint(node.branches)
      );
    case "repeat":
      return node.minimum === node.maximum && isOneWay(node.body);
    default:
      return false;
  }
}

function areAllDisjoint(branches: readonly Node[]): boolean {
  const sets = branches.map(firstBytes);
  return sets.every(
    (set, index) =>
      set !== undefined &&
      sets.slice(index + 1).every((other) => other !== undefined && areDisjoint(set, other)),
  );
}

function endsAreDecided(set: ByteSet, others: readonly Node[]): boolean {
  const sets: ByteSet[] = [];
  for (const node of others) {
    const first = firstBytes(node);
    if (first === undefined) return false;
    sets.push(first);
    if (!canBeEmpty(node)) return areDisjoint(set, joinSets(sets));
  }
  return false;
}

function plus(a: Cost | undefined, b: Cost | undefined): Cost | undefined {
  if (a === undefined || b === undefined) return undefined;
  return { factor: a.factor + b.factor, degree: Math.max(a.degree, b.degree) };
}

function times(a: Cost | undefined, b: Cost | undefined): Cost | undefined {
  if (a === undefined || b === undefined) return undefined;
  return { factor: a.factor * b.factor, degree: a.degree + b.degree };
}
