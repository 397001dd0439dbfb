/**
 * What the rows of a statement take, while they come: CPU time, which is told of, and memory, which is limited. `pg` keeps all
 * rows of a statement until its end, and reads whatever the server sends.
 */
import type { OnRead } from "../database.ts";

/** A row that came. */
export interface RowMessage {
  /** In bytes. */
  readonly length: number;
}

/** What a row takes here besides its bytes, or more: a list of strings, and later a table. */
const ROW_BYTES = 128;

export interface RowMeterOptions {
  readonly maxBytes: number;
  readonly onRead: OnRead | undefined;
  /** There is more than may be kept. Is called once. */
  readonly onTooLarge: () => void;
}

export class RowMeter {
  isTooLarge = false;
  /** Nobody wants the rows any more: what still comes is not kept. */
  isDropping = false;
  private readonly options: RowMeterOptions;
  private sizeBytes = 0;
  /** Both clocks when the first row of a packet was there. */
  private begun: { readonly steadyMs: number; readonly cpuMs: number } | undefined = undefined;

  constructor(options: RowMeterOptions) {
    this.options = options;
  }

  /** @returns Whether to keep the row. */
  take({ length }: RowMessage): boolean {
    if (this.begun === undefined && this.options.onRead !== undefined) this.begin();
    if (this.isDropping) return false;
    this.sizeBytes += length + ROW_BYTES;
    if (this.sizeBytes <= this.options.maxBytes) return true;
    this.isTooLarge = true;
    this.isDropping = true;
    this.options.onTooLarge();
    return false;
  }

  /** The rows of a packet are read in one go; what was put off until then comes behind it. */
  private begin(): void {
    this.begun = now();
    process.nextTick(() => {
      const { begun } = this;
      this.begun = undefined;
      if (begun === undefined) return;
      const { steadyMs, cpuMs } = now();
      // The CPU time is that of all threads, the other one goes on while others use the CPU.
      this.options.onRead?.(Math.min(steadyMs - begun.steadyMs, cpuMs - begun.cpuMs));
    });
  }
}

function now(): { readonly steadyMs: number; readonly cpuMs: number } {
  const { user, system } = process.cpuUsage();
  return { steadyMs: performance.now(), cpuMs: (user + system) / 1000 };
}
