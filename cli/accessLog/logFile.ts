/**
 * A log file, written in batches: the lines of 100 ms, or 64 KiB, with one call of the system. So after a crash at most
 * those are lost; a process that ends in any other way writes them. Several processes may write to one file: each call appends
 * whole lines.
 *
 * Calls of the system are synchronous, as nginx's are. What is written in the background may or may not be in the file when the
 * process ends, and lines would be lost or doubled.
 */
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { systemErrorText } from "../errors.ts";

const INTERVAL_MS = 100;
const MAX_PENDING_BYTES = 2 ** 16;

export interface LogFileOptions {
  /** Absolute. Its folder is made when it is missing. */
  readonly path: string;
  /** How messages call it. */
  readonly name: string;
  /** It can't be written, or again. */
  readonly onNotice: (message: string) => void;
}

export class LogFile {
  private readonly options: LogFileOptions;
  private descriptor: number | undefined = undefined;
  private pending = "";
  private timer: NodeJS.Timeout | undefined = undefined;
  /** Since it can't be written. */
  private lostCount = 0;
  private isFailing = false;
  /** Whether the last line that was written has no end. */
  private isTorn = false;

  constructor(options: LogFileOptions) {
    this.options = options;
    this.tryToOpen();
    process.once("exit", this.flush);
    process.on("SIGUSR1", this.reopen);
  }

  /** @param line In bytes, with its line break. */
  write(line: string): void {
    this.pending += line;
    if (this.pending.length >= MAX_PENDING_BYTES) this.flush();
    else this.timer ??= setTimeout(this.flush, INTERVAL_MS).unref();
  }

  readonly flush = (): void => {
    clearTimeout(this.timer);
    this.timer = undefined;
    const text = this.pending;
    if (text === "") return;
    this.pending = "";
    const problem = this.append(text);
    if (problem === undefined) this.recovered();
    else this.failed(problem);
  };

  /** Goes on in a new file when the old one was renamed. What is pending belongs to the old one. */
  readonly reopen = (): void => {
    this.flush();
    this.closeFile();
    this.tryToOpen();
  };

  close(): void {
    this.flush();
    this.closeFile();
    process.off("exit", this.flush);
    process.off("SIGUSR1", this.reopen);
  }

  /** What is wrong is to be seen at once, not with the first line. */
  private tryToOpen(): void {
    try {
      this.descriptor = this.open();
    } catch (error) {
      this.failed(systemErrorText(error));
    }
  }

  private open(): number {
    const { path } = this.options;
    mkdirSync(dirname(path), { recursive: true });
    this.isTorn = false;
    return openSync(path, "a");
  }

  private closeFile(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  /** @returns Why not all of it could be written; the lines that were not are counted. */
  private append(text: string): string | undefined {
    const bytes = Buffer.from(this.isTorn ? `\n${text}` : text, "latin1");
    let written = 0;
    try {
      this.descriptor ??= this.open();
      while (written < bytes.length) written += writeSync(this.descriptor, bytes, written);
      this.isTorn = false;
      return undefined;
    } catch (error) {
      if (written > 0) this.isTorn = bytes[written - 1] !== LINE_BREAK;
      this.lostCount += countLines(bytes.subarray(written));
      return systemErrorText(error);
    }
  }

  private failed(problem: string): void {
    if (this.isFailing) return;
    this.isFailing = true;
    this.options.onNotice(`can't write ${this.options.name}: ${problem}`);
  }

  private recovered(): void {
    if (!this.isFailing) return;
    this.isFailing = false;
    const lost = String(this.lostCount);
    this.lostCount = 0;
    this.options.onNotice(`${this.options.name} is written again; lines lost: ${lost}`);
  }
}

const LINE_BREAK = 10;

function countLines(bytes: Buffer): number {
  return bytes.filter((byte) => byte === LINE_BREAK).length;
}
