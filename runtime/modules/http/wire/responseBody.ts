/**
 * The body of a response, between the connection that it comes from and who reads it. Decoded on the way, and never more
 * than was asked for: when a reader takes its time, the connection waits.
 */
import type { Transform } from "node:stream";
import type { Connection } from "./connection.ts";
import { createDecoder, type Encoding } from "./decoder.ts";
import { Failure, failureOf } from "./failure.ts";

/** While so much waits for a reader, no more is read. */
const HIGH_WATER_BYTES = 64 * 1024;

export interface BodyOptions {
  /** As the header `Content-Encoding` says; `undefined` leaves the bytes as they are. */
  readonly encoding: Encoding | undefined;
  /** Bytes, decoded: beyond it the body is a failure. */
  readonly maximum: number;
  /** Whether all of it is wanted at once, rather than piece by piece. */
  readonly isWhole: boolean;
  readonly owner: BodyOwner;
}

export interface BodyOwner {
  /** Is told of anything new: bytes, the end, a failure. Must not run code of a program: undici is in the middle of things. */
  bodyChanged(body: ResponseBody): void;
}

export class ResponseBody {
  /** Names and values in turn, once it has ended. */
  trailers: readonly string[] = [];
  /** As `BodyOwner.bodyChanged`, for who waits. */
  onReadable: (() => void) | undefined = undefined;
  private readonly options: BodyOptions;
  private connection: Connection | undefined;
  private decoder: Transform | undefined = undefined;
  private chunks: Buffer[] = [];
  private waitingBytes = 0;
  private totalBytes = 0;
  private hasEnded = false;
  private failed: Failure | undefined = undefined;
  private isPaused = false;

  constructor(connection: Connection | undefined, options: BodyOptions) {
    this.connection = connection;
    this.options = options;
  }

  /** Of what came so far, decoded. */
  get sizeBytes(): number {
    return this.totalBytes;
  }

  /** Whether there is something to read, or never will be. */
  get isReady(): boolean {
    return this.waitingBytes > 0 || this.isOver;
  }

  /** Whether nothing more will come. */
  get isOver(): boolean {
    return this.hasEnded || this.failed !== undefined;
  }

  /** Why it is not complete. */
  get problem(): Failure | undefined {
    return this.failed;
  }

  /** The same, once all before was read. */
  get failure(): Failure | undefined {
    return this.waitingBytes > 0 ? undefined : this.failed;
  }

  /** Takes bytes as they came. @returns False when no more is wanted for now. */
  push(bytes: Buffer): boolean {
    if (this.isOver) return true;
    const { encoding } = this.options;
    if (encoding === undefined) return this.accept(bytes);
    try {
      this.decoder ??= this.startDecoder(encoding, bytes);
    } catch (error) {
      this.failBy(error);
      return true;
    }
    // Undecoded bytes that wait are few: so the connection may as well wait until there are none.
    if (this.decoder.write(bytes)) return true;
    this.decoder.once("drain", () => this.connection?.resume());
    return false;
  }

  /** All bytes have come. */
  end(trailers: readonly string[] = []): void {
    this.trailers = trailers;
    this.connection = undefined;
    if (this.decoder === undefined) this.ended();
    else this.decoder.end();
  }

  fail(failure: Failure): void {
    if (this.isOver) return;
    this.failed = failure;
    this.connection = undefined;
    this.decoder?.destroy();
    // A part of what is wanted as a whole is of no use.
    if (this.options.isWhole) this.dropChunks();
    this.tell();
  }

  /** Takes what waits, up to so many bytes; "" when nothing does. */
  take(maximum = Infinity): string {
    const size = Math.min(maximum, this.waitingBytes);
    if (size === 0) return "";
    let all = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks);
    this.chunks = [];
    this.waitingBytes -= size;
    if (this.waitingBytes > 0) {
      this.chunks.push(all.subarray(size));
      all = all.subarray(0, size);
    }
    if (this.isPaused && this.waitingBytes < HIGH_WATER_BYTES) {
      this.isPaused = false;
      if (this.decoder === undefined) this.connection?.resume();
      else this.decoder.resume();
    }
    return all.toString("latin1");
  }

  /** Nobody will read it any more. */
  abandon(): void {
    const { connection } = this;
    this.dropChunks();
    this.fail(ABANDONED);
    connection?.close();
  }

  private dropChunks(): void {
    this.chunks = [];
    this.waitingBytes = 0;
  }

  private accept(bytes: Buffer): boolean {
    this.totalBytes += bytes.length;
    if (this.totalBytes > this.options.maximum) {
      const { connection } = this;
      this.fail(new Failure("size", tooLargeText(this.options.maximum)));
      connection?.close();
      return true;
    }
    if (bytes.length > 0) this.chunks.push(bytes);
    this.waitingBytes += bytes.length;
    this.isPaused = !this.options.isWhole && this.waitingBytes >= HIGH_WATER_BYTES;
    this.tell();
    return !this.isPaused;
  }

  private startDecoder(encoding: Encoding, first: Buffer): Transform {
    const decoder = createDecoder(encoding, first);
    decoder.on("data", (bytes: Buffer) => {
      if (!this.isOver && !this.accept(bytes)) decoder.pause();
    });
    decoder.on("end", () => {
      this.ended();
    });
    decoder.on("error", (error) => {
      this.failBy(error);
    });
    return decoder;
  }

  private failBy(error: unknown): void {
    const { connection } = this;
    this.fail(failureOf(error, ""));
    connection?.close();
  }

  private tell(): void {
    this.options.owner.bodyChanged(this);
    this.onReadable?.();
  }

  private ended(): void {
    if (this.isOver) return;
    this.hasEnded = true;
    this.tell();
  }
}

/** What reads find that come too late. */
const ABANDONED = new Failure("closed", "the response is closed");

function tooLargeText(maximum: number): string {
  return `the body of the response is larger than ${String(maximum)} bytes`;
}

/** Of a redirect's body so much is read, to keep the connection. */
const MAX_DISCARDED_BYTES = 64 * 1024;

const DISCARDED: BodyOptions = {
  encoding: undefined,
  maximum: MAX_DISCARDED_BYTES,
  isWhole: true,
  owner: {
    bodyChanged: (body) => {
      body.take();
    },
  },
};

/** The body of a redirect, of which nobody wants to know. */
export function discardedBody(connection: Connection): ResponseBody {
  return new ResponseBody(connection, DISCARDED);
}
