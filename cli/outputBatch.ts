/**
 * What a server writes, collected and written once per turn of the event loop: a system call for each
 * line costs more than a short request. The order is kept, across both streams.
 */
import type { Writable } from "node:stream";
import { toBytes } from "./bytes.ts";
import { outputFiles, type StandardFiles } from "./streamFiles.ts";

/** Written in between, so that a program that prints a lot keeps no more than this. */
const MAX_PENDING_BYTES = 2 ** 20;

export class OutputBatch {
  private readonly stdout: Writable;
  private readonly stderr: Writable;
  /** Where what is pending goes. */
  private target: Writable;
  private pending = "";
  private isPlanned = false;
  private readonly flushNow = (): void => {
    this.isPlanned = false;
    this.flush();
  };

  constructor(stdout: Writable, stderr: Writable) {
    this.stdout = stdout;
    this.stderr = stderr;
    this.target = stdout;
    // Whatever ends the process: what was written before is what explains it.
    process.once("exit", this.flushNow);
  }

  /** Writes text to the standard output. */
  out(text: string): void {
    this.write(this.stdout, toBytes(text));
  }

  /** Writes text to the standard error. */
  error(text: string): void {
    this.write(this.stderr, toBytes(text));
  }

  /** The standard files of programs whose output is to be seen as it is. */
  files(): StandardFiles {
    return outputFiles(
      (bytes) => {
        this.write(this.stdout, bytes);
      },
      (bytes) => {
        this.write(this.stderr, bytes);
      },
    );
  }

  flush(): void {
    if (this.pending === "") return;
    const bytes = Buffer.from(this.pending, "latin1");
    this.pending = "";
    this.target.write(bytes);
  }

  /** Writes what is pending. What comes later is written, too. */
  close(): void {
    this.flush();
    process.off("exit", this.flushNow);
  }

  private write(target: Writable, bytes: string): void {
    if (target !== this.target) {
      this.flush();
      this.target = target;
    }
    this.pending += bytes;
    if (this.pending.length >= MAX_PENDING_BYTES) this.flush();
    if (this.isPlanned) return;
    this.isPlanned = true;
    setImmediate(this.flushNow);
  }
}
