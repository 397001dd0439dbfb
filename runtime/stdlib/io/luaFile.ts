/**
 * An open file: reads ahead in large pieces and hands out lines, numbers and bytes. As with C's
 * streams, a failure while reading is remembered and asked for afterwards.
 */
import type { HostBuffering, HostFile, HostFileError } from "../../host.ts";
import { scanNumber, type ByteSource } from "./scanNumber.ts";

/** Files of the standard kind are never closed. */
export type FileKind = "file" | "process" | "standard";

const READ_AHEAD_BYTES = 65_536;

/** When everything is wanted, pieces grow up to this. */
const MAX_PIECE_BYTES = 4_194_304;

/** A decimal number between white space: what `scanNumber` would find, but faster. */
const PLAIN_NUMBER = /[ \t-\r]*([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=[ \t-\r])/y;

export class LuaFile implements ByteSource {
  readonly kind: FileKind;
  isClosed = false;
  private readonly host: HostFile;
  /** What was read ahead; up to `taken` it is used up. */
  private ahead = "";
  private taken = 0;
  private failure: HostFileError | undefined = undefined;

  constructor(host: HostFile, kind: FileKind) {
    this.host = host;
    this.kind = kind;
  }

  /** The failure of the reads since it was last asked for. */
  takeFailure(): HostFileError | undefined {
    const { failure } = this;
    this.failure = undefined;
    return failure;
  }

  /** The next line; `undefined` at the end. */
  readLine(keepsNewline: boolean): string | undefined {
    let searched = this.taken;
    for (;;) {
      const end = this.ahead.indexOf("\n", searched);
      if (end >= 0) {
        const line = this.ahead.slice(this.taken, keepsNewline ? end + 1 : end);
        this.taken = end + 1;
        return line;
      }
      const unread = this.ahead.length - this.taken;
      if (!this.readAhead()) return unread === 0 ? undefined : this.takeAhead();
      searched = unread;
    }
  }

  /** Up to this many bytes; `undefined` at the end, even when none are wanted. */
  readBytes(count: number): string | undefined {
    if (this.taken === this.ahead.length && !this.readAhead()) return undefined;
    const end = this.taken + count;
    if (end <= this.ahead.length) {
      const bytes = this.ahead.slice(this.taken, end);
      this.taken = end;
      return bytes;
    }
    const rest = this.takeAhead();
    const pieces = [rest];
    for (let missing = count - rest.length; missing > 0;) {
      const piece = this.readPiece(Math.min(missing, MAX_PIECE_BYTES));
      if (piece === "") break;
      pieces.push(piece);
      missing -= piece.length;
    }
    return pieces.join("");
  }

  /** All the rest, perhaps nothing. */
  readAll(): string {
    const pieces = [this.takeAhead()];
    for (let size = READ_AHEAD_BYTES; ; size = Math.min(2 * size, MAX_PIECE_BYTES)) {
      const piece = this.readPiece(size);
      if (piece === "") return pieces.join("");
      pieces.push(piece);
    }
  }

  /** A number after white space; `undefined` when none can be read. */
  readNumber(): number | undefined {
    PLAIN_NUMBER.lastIndex = this.taken;
    const plain = PLAIN_NUMBER.exec(this.ahead)?.[1];
    if (plain !== undefined) {
      this.taken = PLAIN_NUMBER.lastIndex;
      return Number(plain);
    }
    return scanNumber(this);
  }

  peek(): string {
    if (this.taken === this.ahead.length && !this.readAhead()) return "";
    return this.ahead.charAt(this.taken);
  }

  skip(): void {
    if (this.taken < this.ahead.length) this.taken++;
  }

  write(bytes: string): HostFileError | undefined {
    if (this.ahead !== "") this.forgetAhead();
    return this.host.write(bytes);
  }

  /** The new position from the start. */
  seek(whence: "set" | "cur" | "end", offset: number): number | HostFileError {
    const unread = this.ahead.length - this.taken;
    const position = this.host.seek(whence, whence === "cur" ? offset - unread : offset);
    if (typeof position === "number") this.takeAhead();
    return position;
  }

  flush(): HostFileError | undefined {
    return this.host.flush();
  }

  setBuffering(buffering: HostBuffering): void {
    this.host.setBuffering?.(buffering);
  }

  /** As `HostFile.close`. */
  close(): ReturnType<HostFile["close"]> {
    this.isClosed = true;
    this.takeAhead();
    return this.host.close();
  }

  /** Brings the file's position to where Lua thinks it is. */
  private forgetAhead(): void {
    const unread = this.ahead.length - this.taken;
    if (unread > 0) this.host.seek("cur", -unread);
    this.takeAhead();
  }

  private takeAhead(): string {
    const rest = this.ahead.slice(this.taken);
    this.ahead = "";
    this.taken = 0;
    return rest;
  }

  /** Reads more; false at the end. */
  private readAhead(): boolean {
    const piece = this.readPiece(READ_AHEAD_BYTES);
    if (piece === "") return false;
    this.ahead = this.takeAhead() + piece;
    return true;
  }

  private readPiece(sizeBytes: number): string {
    const piece = this.host.read(sizeBytes);
    if (typeof piece === "string") return piece;
    this.failure = piece;
    return "";
  }
}
