/**
 * The spans below the calls of a function, put together: those of the same name with the same names above them are one node
 * of the tree. So a tree shows what a call does, whatever number of calls it is made of.
 *
 * A call of the function within another one of it belongs to the tree of the outer one. Deeper than `MAX_DEPTH` nothing is followed: a function whose
 * events call itself has traces without end.
 */
import { NO_ID, type SpanTable } from "./spanTable.ts";

export const MAX_DEPTH = 100;

/** Spans of one kind. */
export interface SpanGroup {
  readonly name: string;
  /** In milliseconds, in no order. */
  readonly durations: number[];
  /** Of these durations the time in which nothing below was going on. */
  ownMs: number;
  /** How many of them have a status from 400 on. */
  errorCount: number;
}

export interface CallNode extends SpanGroup {
  /** By name. */
  readonly children: Map<string, CallNode>;
}

/** A place in the table of spans. */
export interface PlacedSpan {
  readonly place: number;
  /** 0 for the call itself. */
  readonly depth: number;
}

export interface CallTree {
  readonly root: CallNode;
  /** All spans of the tree, by name alone. */
  readonly groups: ReadonlyMap<string, SpanGroup>;
  /** Places of the calls. */
  readonly calls: readonly number[];
  readonly spanCount: number;
  /** Whether spans were left out that are deeper than `MAX_DEPTH`. */
  readonly isCut: boolean;
}

export function buildCallTree(table: SpanTable, functionName: string): CallTree {
  const forest = linkSpans(table);
  const root = newNode(functionName);
  const groups = new Map<string, SpanGroup>();
  const calls: number[] = [];
  let spanCount = 0;
  let isCut = false;
  const addTree = (call: number): void => {
    calls.push(call);
    const open: { place: number; node: CallNode; depth: number }[] = [
      { place: call, node: root, depth: 0 },
    ];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { place, node, depth } = next;
      spanCount++;
      const children = childrenOf(forest, place);
      const ownMs = ownTime(table, place, children);
      note(node, table, place, ownMs);
      note(entryOf(groups, node.name, newGroup), table, place, ownMs);
      if (depth === MAX_DEPTH) {
        isCut ||= children.length > 0;
        continue;
      }
      for (const child of children) {
        const name = table.names[table.name[child] as number] as string;
        open.push({ place: child, node: entryOf(node.children, name, newNode), depth: depth + 1 });
      }
    }
  };
  const number = table.names.indexOf(functionName);
  for (const call of outermostCalls(forest, number)) addTree(call);
  return { root, groups, calls, spanCount, isCut };
}

/** The spans of one call, in the order in which they began, at most so many. */
export function spansOfCall(table: SpanTable, call: number, limit: number): readonly PlacedSpan[] {
  const forest = linkSpans(table, table.trace[call]);
  const spans: PlacedSpan[] = [];
  const open: PlacedSpan[] = [{ place: call, depth: 0 }];
  for (let next = open.pop(); next !== undefined && spans.length < limit; next = open.pop()) {
    const { place, depth } = next;
    spans.push(next);
    if (depth === MAX_DEPTH) continue;
    const children = childrenOf(forest, place);
    children.sort((left, right) => startOf(table, right) - startOf(table, left));
    for (const child of children) open.push({ place: child, depth: depth + 1 });
  }
  return spans;
}

function startOf(table: SpanTable, place: number): number {
  return table.startMs[place] as number;
}

/** The spans of traces, as trees: places, and `NOTHING` at the end of a list. */
interface Forest {
  readonly table: SpanTable;
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
  /** Spans whose parent is not in the log. */
  readonly roots: readonly number[];
}

const NOTHING = -1;

/** @param only The number of the only trace to look at. */
function linkSpans(table: SpanTable, only?: number): Forest {
  const { length } = table;
  const firstChild = new Int32Array(length).fill(NOTHING);
  const nextSibling = new Int32Array(length).fill(NOTHING);
  const roots: number[] = [];
  for (const places of placesByTrace(table, only)) {
    const byId = new Map<number, number>();
    for (const place of places) byId.set(table.id[place] as number, place);
    for (const place of places) {
      const parentId = table.parent[place] as number;
      const parent = parentId === NO_ID ? undefined : byId.get(parentId);
      if (parent === undefined || parent === place) {
        roots.push(place);
        continue;
      }
      nextSibling[place] = firstChild[parent] as number;
      firstChild[parent] = place;
    }
  }
  return { table, firstChild, nextSibling, roots };
}

function* placesByTrace(table: SpanTable, only: number | undefined): Iterable<Uint32Array> {
  const places = new Uint32Array(table.length).map((_, place) => place);
  if (only !== undefined) {
    yield places.filter((place) => table.trace[place] === only);
    return;
  }
  places.sort((left, right) => (table.trace[left] as number) - (table.trace[right] as number));
  let start = 0;
  for (let end = 1; end <= places.length; end++) {
    const isSame =
      end < places.length &&
      table.trace[places[end] as number] === table.trace[places[start] as number];
    if (isSame) continue;
    yield places.subarray(start, end);
    start = end;
  }
}

function childrenOf({ firstChild, nextSibling }: Forest, place: number): number[] {
  const children: number[] = [];
  let child = firstChild[place] as number;
  for (; child !== NOTHING; child = nextSibling[child] as number) children.push(child);
  return children;
}

/** Spans that claim to be each other's parents hang from no root: nobody made such a trace. */
function outermostCalls(forest: Forest, name: number): number[] {
  const calls: number[] = [];
  const open = [...forest.roots];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (forest.table.name[place] === name) calls.push(place);
    else open.push(...childrenOf(forest, place));
  }
  return calls;
}

/** How long a span was going on without any of its children: they may overlap, and end after it. */
function ownTime(table: SpanTable, place: number, children: readonly number[]): number {
  const durationMs = table.durationMs[place] as number;
  const endMs = startOf(table, place) + durationMs;
  let coveredUpTo = startOf(table, place);
  let coveredMs = 0;
  const byStart = [...children].sort((left, right) => startOf(table, left) - startOf(table, right));
  for (const child of byStart) {
    const from = Math.max(startOf(table, child), coveredUpTo);
    const to = Math.min(startOf(table, child) + (table.durationMs[child] as number), endMs);
    if (to <= from) continue;
    coveredMs += to - from;
    coveredUpTo = to;
  }
  return Math.max(0, durationMs - coveredMs);
}

function newGroup(name: string): SpanGroup {
  return { name, durations: [], ownMs: 0, errorCount: 0 };
}

function newNode(name: string): CallNode {
  return { ...newGroup(name), children: new Map() };
}

function entryOf<Group>(
  groups: Map<string, Group>,
  name: string,
  create: (name: string) => Group,
): Group {
  let group = groups.get(name);
  if (group === undefined) groups.set(name, (group = create(name)));
  return group;
}

const FIRST_ERROR = 400;

function note(group: SpanGroup, table: SpanTable, place: number, ownMs: number): void {
  group.durations.push(table.durationMs[place] as number);
  group.ownMs += ownMs;
  if ((table.status[place] as number) >= FIRST_ERROR) group.errorCount++;
}
