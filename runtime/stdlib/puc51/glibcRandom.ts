/**
 * The numbers of `rand` in the GNU C library, which PUC Lua 5.1 draws on: an additive feedback
 * generator over 31 words, seeded by the "minimal standard" generator (glibc, `random_r.c`, TYPE_3).
 */

const DEGREE = 31;
const SEPARATION = 3;

/** So many numbers are thrown away after seeding. */
const DISCARDED = 10 * DEGREE;

/** `RAND_MAX` of glibc. */
export const RAND_MAX = 0x7fffffff;

export class GlibcRandom {
  private readonly words = new Uint32Array(DEGREE);
  private front = SEPARATION;
  private rear = 0;

  constructor(seed: number) {
    this.seed(seed);
  }

  /** @param seed A 32-bit integer. */
  seed(seed: number): void {
    const { words } = this;
    let word = seed === 0 ? 1 : seed | 0;
    words[0] = word;
    for (let index = 1; index < DEGREE; index++) {
      // 16807 * word modulo 2^31 - 1, by Schrage's method, as glibc computes it.
      const high = Math.trunc(word / 127_773);
      word = 16_807 * (word % 127_773) - 2836 * high;
      if (word < 0) word += RAND_MAX;
      words[index] = word;
    }
    this.front = SEPARATION;
    this.rear = 0;
    for (let count = 0; count < DISCARDED; count++) this.next();
  }

  /** From 0 to `RAND_MAX`, both inclusive. */
  next(): number {
    const { words } = this;
    const sum = ((words[this.front] as number) + (words[this.rear] as number)) >>> 0;
    words[this.front] = sum;
    this.front = (this.front + 1) % DEGREE;
    this.rear = (this.rear + 1) % DEGREE;
    return sum >>> 1;
  }
}
