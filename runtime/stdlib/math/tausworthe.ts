/**
 * LuaJIT's random numbers: a combined Tausworthe generator with a period of 2^223 (P. L'Ecuyer,
 * "Tables of maximally equidistributed combined LFSR generators", 1999), seeded as LuaJIT does, so
 * that programs see the same sequences.
 */

/** The constant of the generators that says how many low bits of a part are unused. */
const UNUSED_BITS = [1, 6, 9, 17] as const;

const TWO_TO_32 = 2 ** 32;
const TWO_TO_MINUS_52 = 2 ** -52;

export class Tausworthe {
  /** Four 64-bit parts: the upper half of each, then its lower half. */
  private readonly parts = new Int32Array(8);

  constructor(seed: number) {
    this.seed(seed);
  }

  seed(seed: number): void {
    const view = new DataView(new ArrayBuffer(8));
    let value = seed;
    UNUSED_BITS.forEach((unusedBits, part) => {
      value = value * Math.PI + Math.E;
      view.setFloat64(0, value);
      // What 0/0 gives on most machines; JavaScript has only one such value, and not this.
      if (value !== value) view.setUint32(0, 0xfff80000);
      const upper = view.getInt32(0);
      let lower = view.getInt32(4);
      // A part whose used bits are all zero would stay zero.
      const smallest = 1 << unusedBits;
      if (upper === 0 && lower >>> 0 < smallest) lower += smallest;
      this.parts[2 * part] = upper;
      this.parts[2 * part + 1] = lower;
    });
    for (let count = 0; count < 10; count++) this.next();
  }

  /** A number from 0 inclusive to 1 exclusive, a multiple of 2^-52. */
  next(): number {
    const { parts } = this;
    let upper = parts[0] as number;
    let lower = parts[1] as number;
    let mixed = ((upper << 31) | (lower >>> 1)) ^ upper;
    let masked = lower & ~0x1;
    const upper0 = (upper << 18) | (masked >>> 14);
    const lower0 = (mixed >>> 13) ^ (masked << 18);

    upper = parts[2] as number;
    lower = parts[3] as number;
    mixed = ((upper << 19) | (lower >>> 13)) ^ upper;
    masked = lower & ~0x3f;
    const upper1 = (mixed >>> 30) ^ ((upper << 28) | (masked >>> 4));
    const lower1 = (((lower << 19) ^ lower) >>> 30) ^ (mixed << 2) ^ (masked << 28);

    upper = parts[4] as number;
    lower = parts[5] as number;
    mixed = ((upper << 24) | (lower >>> 8)) ^ upper;
    masked = lower & ~0x1ff;
    const upper2 = (upper << 7) | (masked >>> 25);
    const lower2 = (mixed >>> 16) ^ (masked << 7);

    upper = parts[6] as number;
    lower = parts[7] as number;
    mixed = ((upper << 21) | (lower >>> 11)) ^ upper;
    masked = lower & ~0x1ffff;
    const upper3 = (upper << 8) | (masked >>> 24);
    const lower3 = (mixed >>> 7) ^ (masked << 8);

    parts[0] = upper0;
    parts[1] = lower0;
    parts[2] = upper1;
    parts[3] = lower1;
    parts[4] = upper2;
    parts[5] = lower2;
    parts[6] = upper3;
    parts[7] = lower3;
    const upperBits = (upper0 ^ upper1 ^ upper2 ^ upper3) & 0xfffff;
    const lowerBits = (lower0 ^ lower1 ^ lower2 ^ lower3) >>> 0;
    return (upperBits * TWO_TO_32 + lowerBits) * TWO_TO_MINUS_52;
  }
}
