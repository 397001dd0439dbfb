/** Where the frames of a flame graph are. */
import type { NodeFigures } from "../analysis.ts";

export interface Frame {
  readonly node: NodeFigures;
  /** Names from the function down to this one. */
  readonly path: readonly string[];
  readonly depth: number;
  /** Parts of the whole width. */
  readonly left: number;
  readonly width: number;
}

/** So that what takes next to no time is still there. */
const LEAST_PART = 0.002;

/** Of the children of a node so many have frames of their own; there may be thousands of names. */
const MAX_CHILDREN = 50;

/**
 * A frame is as wide as the time that its spans take in a call of the function; wider when that is not enough for what is on
 * it: calls at the same time, and events that are handled later, take more together.
 */
export function layOut(root: NodeFigures): readonly Frame[] {
  const leastMs = timeOf(root) * LEAST_PART;
  const widths = new Map<NodeFigures, number>();
  measure(root, leastMs, widths);
  const whole = widths.get(root) ?? 1;
  const frames: Frame[] = [];
  const place = (node: NodeFigures, left: number, path: readonly string[]): void => {
    const width = (widths.get(node) ?? 0) / whole;
    const own = [...path, node.name];
    frames.push({ node, path: own, depth: path.length, left, width });
    let next = left;
    for (const child of node.children.slice(0, MAX_CHILDREN)) {
      place(child, next, own);
      next += (widths.get(child) ?? 0) / whole;
    }
  };
  place(root, 0, []);
  return frames;
}

/** For each call of the function. */
function timeOf({ perCall, meanMs }: NodeFigures): number {
  return perCall * meanMs;
}

function measure(node: NodeFigures, leastMs: number, widths: Map<NodeFigures, number>): number {
  const shown = node.children.slice(0, MAX_CHILDREN);
  const onTop = shown.reduce((sum, child) => sum + measure(child, leastMs, widths), 0);
  // A function that takes no time at all has a frame, too.
  const width = Math.max(timeOf(node), onTop, leastMs, Number.MIN_VALUE);
  widths.set(node, width);
  return width;
}
