/** What is found out about a function: data, as `--json` prints it and the page shows it. Durations are in milliseconds. */
import { unescapeField } from "../accessLog/parseLine.ts";
import {
  buildCallTree,
  spansOfCall,
  type CallNode,
  type CallTree,
  type SpanGroup,
} from "./callTree.ts";
import type { CollectedSpans } from "./collectSpans.ts";
import type { SpanTable } from "./spanTable.ts";

export interface Durations {
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface GroupFigures extends Durations {
  readonly name: string;
  readonly count: number;
  /** With a status from 400 on. */
  readonly errorCount: number;
  /** In the mean, the time in which nothing below was going on. */
  readonly ownMs: number;
}

export interface NodeFigures extends GroupFigures {
  /** How many there are for each call of the function, in the mean. */
  readonly perCall: number;
  /** Those that take longest come first. */
  readonly children: readonly NodeFigures[];
}

export interface SlowSpan {
  readonly name: string;
  readonly depth: number;
  readonly status: number;
  /** From the beginning of the call. */
  readonly startMs: number;
  readonly durationMs: number;
}

export interface SlowCall {
  readonly traceId: string;
  /** When it began, in seconds since 1970. */
  readonly at: number;
  readonly status: number;
  readonly durationMs: number;
  readonly spans: readonly SlowSpan[];
}

export interface Analysis {
  readonly functionName: string;
  /** Of the log. */
  readonly lineCount: number;
  readonly malformedCount: number;
  readonly traceCount: number;
  readonly callCount: number;
  readonly spanCount: number;
  /** The first and the last call, in seconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly tree: NodeFigures;
  /** Whether deeper spans were left out. */
  readonly isCut: boolean;
  readonly groups: readonly GroupFigures[];
  readonly slowest: readonly SlowCall[];
}

const SLOWEST = 10;
const MAX_SPANS_SHOWN = 200;

/** @param functionName As it stands in the log; it was called. */
export function analyze(collected: CollectedSpans, functionName: string): Analysis {
  const { table, traceIds, lineCount, malformedCount } = collected;
  const tree = buildCallTree(table, functionName);
  const { from, to } = periodOf(table, tree.calls);
  return {
    functionName: unescapeField(functionName),
    lineCount,
    malformedCount,
    traceCount: traceIds.length,
    callCount: tree.calls.length,
    spanCount: tree.spanCount,
    from,
    to,
    tree: nodeFigures(tree.root, tree.calls.length),
    isCut: tree.isCut,
    groups: [...tree.groups.values()].map(groupFigures).sort(byTotal),
    slowest: slowestCalls(collected, tree),
  };
}

function periodOf(table: SpanTable, calls: readonly number[]): { from: number; to: number } {
  let from = Infinity;
  let to = -Infinity;
  for (const call of calls) {
    const at = table.startMs[call] as number;
    from = Math.min(from, at);
    to = Math.max(to, at);
  }
  return { from: from / 1000, to: to / 1000 };
}

function groupFigures({ name, durations, ownMs, errorCount }: SpanGroup): GroupFigures {
  const count = durations.length;
  return {
    name: unescapeField(name),
    count,
    errorCount,
    ownMs: rounded(ownMs / count),
    ...durationsOf(durations),
  };
}

function nodeFigures(node: CallNode, callCount: number): NodeFigures {
  const children = [...node.children.values()].map((child) => nodeFigures(child, callCount));
  const figures = groupFigures(node);
  return { ...figures, perCall: figures.count / callCount, children: children.sort(byTotal) };
}

function byTotal(left: GroupFigures, right: GroupFigures): number {
  const more = right.count * right.meanMs - left.count * left.meanMs;
  return more === 0 ? (left.name < right.name ? -1 : 1) : more;
}

function durationsOf(durations: readonly number[]): Durations {
  const sorted = Float64Array.from(durations).sort();
  // The least that so many of them do not exceed.
  const percentile = (part: number) =>
    sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
  return {
    meanMs: rounded(sorted.reduce((sum, each) => sum + each, 0) / sorted.length),
    p50Ms: percentile(0.5),
    p90Ms: percentile(0.9),
    p99Ms: percentile(0.99),
    maxMs: percentile(1),
  };
}

/** To the microsecond. */
function rounded(timeMs: number): number {
  return Math.round(timeMs * 1000) / 1000;
}

function slowestCalls({ table, traceIds }: CollectedSpans, { calls }: CallTree): SlowCall[] {
  const durationOf = (call: number) => table.durationMs[call] as number;
  const slowest: number[] = [];
  for (const call of calls) {
    const last = slowest[SLOWEST - 1];
    if (last !== undefined && durationOf(call) <= durationOf(last)) continue;
    slowest.push(call);
    slowest.sort((left, right) => durationOf(right) - durationOf(left));
    slowest.length = Math.min(slowest.length, SLOWEST);
  }
  return slowest.map((call) => ({
    traceId: unescapeField(traceIds[table.trace[call] as number] ?? ""),
    at: (table.startMs[call] as number) / 1000,
    status: table.status[call] as number,
    durationMs: durationOf(call),
    spans: slowSpans(table, call),
  }));
}

function slowSpans(table: SpanTable, call: number): SlowSpan[] {
  return spansOfCall(table, call, MAX_SPANS_SHOWN).map(({ place, depth }) => ({
    name: unescapeField(table.names[table.name[place] as number] ?? ""),
    depth,
    status: table.status[place] as number,
    startMs: rounded((table.startMs[place] as number) - (table.startMs[call] as number)),
    durationMs: table.durationMs[place] as number,
  }));
}
