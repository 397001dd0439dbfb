/**
 * Which offsets of a partition are settled: all below `committed`, and those in `ranges` above it. The ranges are
 * sorted, and between two of them, as between `committed` and the first, there is at least one offset that is not
 * settled.
 */

export type OffsetRange = readonly [from: number, toExclusive: number];

export class Progress {
  private first: number;
  private readonly above: OffsetRange[] = [];

  /** @param ranges Sorted; may touch each other, overlap, or begin below `committed`. */
  constructor(committed: number, ranges: readonly OffsetRange[] = []) {
    this.first = committed;
    for (const [from, to] of ranges) {
      const last = this.above.at(-1);
      if (from <= this.first) this.first = Math.max(this.first, to);
      else if (last === undefined || last[1] < from) this.above.push([from, to]);
      else this.above[this.above.length - 1] = [last[0], Math.max(last[1], to)];
    }
  }

  /** The first offset that is not settled. */
  get committed(): number {
    return this.first;
  }

  /** What is settled above `committed`; not a copy: it changes with what is settled. */
  get ranges(): readonly OffsetRange[] {
    return this.above;
  }

  has(offset: number): boolean {
    if (offset < this.first) return true;
    const range = this.above[this.countUpTo(offset) - 1];
    return range !== undefined && offset < range[1];
  }

  /** How many offsets below this one are not settled. */
  countOpen(end: number): number {
    let open = Math.max(0, end - this.first);
    for (const [from, to] of this.above) open -= Math.max(0, Math.min(to, end) - from);
    return open;
  }

  settle(offset: number): void {
    if (this.has(offset)) return;
    const at = this.countUpTo(offset);
    const before = this.above[at - 1];
    const after = this.above[at];
    const joinsBefore = before?.[1] === offset;
    const joinsAfter = after?.[0] === offset + 1;
    const from = joinsBefore ? before[0] : offset;
    const to = joinsAfter ? after[1] : offset + 1;
    const joined = Number(joinsBefore) + Number(joinsAfter);
    if (from === this.first) {
      this.first = to;
      this.above.splice(0, joined);
    } else {
      this.above.splice(joinsBefore ? at - 1 : at, joined, [from, to]);
    }
  }

  /** How many ranges begin at or below an offset. */
  private countUpTo(offset: number): number {
    // Most offsets come behind all others.
    const last = this.above.at(-1);
    if (last === undefined || last[0] <= offset) return this.above.length;
    let low = 0;
    let high = this.above.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.above[middle] as OffsetRange)[0] <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
