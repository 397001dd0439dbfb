/** Picks every so many-th of what comes by, for a look that would cost more than it brings if all were looked at. */

/** A prime number, so that of things that take turns each has its turn. */
const SAMPLED = 61;

export class Sampler {
  private countdown = SAMPLED;

  /** Whether this one is to be looked at. */
  picks(): boolean {
    if (--this.countdown > 0) return false;
    this.countdown = SAMPLED;
    return true;
  }
}
