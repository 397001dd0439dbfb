/**
 * Random bytes for a test: those of the machine until the test gives a number, which they then all follow from. Anything
 * but secret: whoever knows the number knows the bytes.
 */
export class TestRandom {
  private readonly machine: (sizeBytes: number) => string;
  private state: number | undefined = undefined;

  constructor(machine: (sizeBytes: number) => string) {
    this.machine = machine;
  }

  get isSeeded(): boolean {
    return this.state !== undefined;
  }

  seed(seed: number): void {
    // Both halves count, so that 0.1 and 0.2 differ.
    const words = new Uint32Array(new Float64Array([seed]).buffer);
    this.state = (words[0] ?? 0) ^ Math.imul(words[1] ?? 0, 0x9e3779b1);
  }

  reset(): void {
    this.state = undefined;
  }

  /** A byte string. */
  bytes(sizeBytes: number): string {
    if (this.state === undefined) return this.machine(sizeBytes);
    let bytes = "";
    while (bytes.length < sizeBytes) {
      const word = this.next(this.state);
      bytes += String.fromCharCode(word & 255, (word >> 8) & 255, (word >> 16) & 255, word >>> 24);
    }
    return bytes.slice(0, sizeBytes);
  }

  /** SplitMix32: each step of a counter, with its bits mixed. */
  private next(state: number): number {
    this.state = (state + 0x9e3779b9) | 0;
    let word = this.state;
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return word ^ (word >>> 15);
  }
}
