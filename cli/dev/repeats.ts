/** Which errors have been told about, so that the same one is not told in full again and again. */

/** When more than these are known, all are forgotten. */
const MAX_KNOWN = 1000;

export class Repeats {
  private readonly counts = new Map<string, number>();

  /** How often this one has come, this time included. */
  note(error: string): number {
    const count = (this.counts.get(error) ?? 0) + 1;
    if (this.counts.size >= MAX_KNOWN) this.counts.clear();
    this.counts.set(error, count);
    return count;
  }

  /** Whether it has come before. */
  knows(error: string): boolean {
    return this.counts.has(error);
  }

  /** The files have changed: whatever comes now is news. */
  forget(): void {
    this.counts.clear();
  }
}
