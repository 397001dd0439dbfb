/**
 * An open file descriptor. Output is collected and written in large pieces; `flush` comes before
 * everything that could tell the difference.
 */
import { closeSync, fstatSync, readFileSync, readSync, writeSync } from "node:fs";
import type { HostBuffering, HostFile, HostFileError } from "../../runtime/host.ts";
import { attempt, fileError, isFileError, toFileError } from "./fileErrors.ts";
import { isTerminal } from "../isTerminal.ts";
import type { UnwrittenFiles } from "./unwrittenFiles.ts";

export interface NodeFileOptions {
  readonly descriptor: number;
  readonly isReadable: boolean;
  readonly isWritable: boolean;
  readonly isAppending?: boolean;
  /** For descriptors that others may use too: the position is left to the operating system. */
  readonly isShared?: boolean;
  readonly buffering?: HostBuffering;
  /** Called before each read. */
  readonly beforeRead?: () => void;
  /** Called when output begins to wait in the buffer. */
  readonly afterWaiting?: () => void;
  /** Called when nobody reads any more what is written. */
  readonly onBrokenPipe?: () => void;
}

const BUFFER_BYTES = 65_536;

/** How long to wait for a descriptor that is not blocking; doubles up to the longer one. */
const SHORT_WAIT_MS = 1;
const LONG_WAIT_MS = 16;

export class NodeFile implements HostFile {
  private readonly options: NodeFileOptions;
  private readonly unwritten: UnwrittenFiles;
  private buffering: HostBuffering;
  private pending = "";
  /** Where the next read or write takes place; `null` leaves that to the operating system. */
  private position: number | null = null;
  private isOpen = true;

  constructor(options: NodeFileOptions, unwritten: UnwrittenFiles) {
    this.options = options;
    this.unwritten = unwritten;
    this.buffering = options.buffering ?? "full";
    if (options.isShared !== true && this.isRegular()) {
      const startsAtEnd = options.isAppending === true && !options.isReadable;
      this.position = startsAtEnd ? this.sizeBytes() : 0;
    }
  }

  get isShared(): boolean {
    return this.options.isShared === true;
  }

  read(sizeBytes: number): string | HostFileError {
    if (!this.isOpen || !this.options.isReadable) return fileError("EBADF");
    const failure = this.flush();
    if (failure !== undefined) return failure;
    this.options.beforeRead?.();
    const buffer = Buffer.allocUnsafe(sizeBytes);
    const count = untilReady(() =>
      readSync(this.options.descriptor, buffer, 0, sizeBytes, this.position),
    );
    if (isFileError(count)) return count;
    this.advance(count);
    return buffer.toString("latin1", 0, count);
  }

  write(bytes: string): HostFileError | undefined {
    // As in C, writing nothing works on any file.
    if (bytes === "") return undefined;
    if (!this.isOpen || !this.options.isWritable) return fileError("EBADF");
    const wasEmpty = this.pending === "";
    this.pending += bytes;
    if (this.mustWriteNow(bytes)) return this.flush();
    if (wasEmpty) {
      this.unwritten.add(this);
      this.options.afterWaiting?.();
    }
    return undefined;
  }

  seek(whence: "set" | "cur" | "end", offset: number): number | HostFileError {
    if (!this.isOpen) return fileError("EBADF");
    const failure = this.flush();
    if (failure !== undefined) return failure;
    if (!this.isRegular()) return this.isCharacterDevice() ? 0 : fileError("ESPIPE");
    const current = this.currentPosition();
    const start = whence === "set" ? 0 : whence === "end" ? this.sizeBytes() : current;
    const target = start + offset;
    if (!(target >= 0 && target <= Number.MAX_SAFE_INTEGER)) return fileError("EINVAL");
    // As long as nothing moves, other processes that share the descriptor go on behind us.
    if (target !== current) this.position = target;
    return target;
  }

  flush(): HostFileError | undefined {
    if (this.pending === "") return undefined;
    const bytes = Buffer.from(this.pending, "latin1");
    this.pending = "";
    this.unwritten.delete(this);
    for (let offset = 0; offset < bytes.length;) {
      const start = offset;
      const count = untilReady(() =>
        writeSync(this.options.descriptor, bytes, start, bytes.length - start, this.position),
      );
      if (isFileError(count)) {
        if (count.errno === fileError("EPIPE").errno) this.options.onBrokenPipe?.();
        return count;
      }
      this.advance(count);
      offset += count;
    }
    return undefined;
  }

  setBuffering(buffering: HostBuffering): void {
    this.flush();
    this.buffering = buffering;
  }

  close(): HostFileError | undefined {
    if (!this.isOpen) return fileError("EBADF");
    const failure = this.flush();
    this.isOpen = false;
    const closed = attempt(() => {
      closeSync(this.options.descriptor);
    });
    return failure ?? closed ?? undefined;
  }

  private mustWriteNow(bytes: string): boolean {
    if (this.buffering === "no" || this.pending.length >= BUFFER_BYTES) return true;
    return this.buffering === "line" && bytes.includes("\n");
  }

  private advance(count: number): void {
    if (this.position === null) return;
    this.position = this.options.isAppending === true ? this.sizeBytes() : this.position + count;
  }

  private isRegular(): boolean {
    const status = fstatSync(this.options.descriptor);
    return status.isFile() || status.isBlockDevice();
  }

  /** A terminal, too, is one, but has no positions. */
  private isCharacterDevice(): boolean {
    const { descriptor } = this.options;
    return fstatSync(descriptor).isCharacterDevice() && !isTerminal(descriptor);
  }

  private sizeBytes(): number {
    return fstatSync(this.options.descriptor).size;
  }

  private currentPosition(): number {
    return this.position ?? systemPosition(this.options.descriptor);
  }
}

/** Where the operating system is in a file; Node has no call that asks. 0 if nobody knows. */
function systemPosition(descriptor: number): number {
  try {
    const information = readFileSync(`/proc/self/fdinfo/${String(descriptor)}`, "latin1");
    return Number(/^pos:\s*(\d+)/m.exec(information)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Repeats an operation on a descriptor that somebody made non-blocking. */
function untilReady(run: () => number): number | HostFileError {
  for (let waitMs = SHORT_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONG_WAIT_MS)) {
    try {
      return run();
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      // Windows reports the end of a pipe so.
      if (code === "EOF") return 0;
      if (code !== "EAGAIN") return toFileError(thrown);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
    }
  }
}
