/** What workers write on their standard output and error, passed on in whole lines, so that those of several don't mix. */
import type { Writable } from "node:stream";

const LINE_BREAK = 10;
/** A line that is longer is passed on in parts. */
const MAX_PENDING_BYTES = 2 ** 20;

export class WorkerOutput {
  private readonly target: Writable;
  private readonly pending = new Map<object, Buffer[]>();

  constructor(target: Writable) {
    this.target = target;
  }

  /** @param source Whose lines they are. */
  take(source: object, bytes: Buffer): void {
    const end = bytes.lastIndexOf(LINE_BREAK) + 1;
    const before = this.pending.get(source) ?? [];
    if (end > 0) {
      this.target.write(Buffer.concat([...before, bytes.subarray(0, end)]));
      before.length = 0;
    }
    if (end < bytes.length) before.push(bytes.subarray(end));
    this.pending.set(source, before);
    const sizeBytes = before.reduce((sum, { length }) => sum + length, 0);
    if (sizeBytes > MAX_PENDING_BYTES) this.writePending(before);
  }

  /** Its last line may have no end. */
  end(source: object): void {
    const before = this.pending.get(source) ?? [];
    this.pending.delete(source);
    if (before.length > 0) this.writePending([...before, Buffer.of(LINE_BREAK)]);
  }

  private writePending(pieces: Buffer[]): void {
    this.target.write(Buffer.concat(pieces));
    pieces.length = 0;
  }
}
