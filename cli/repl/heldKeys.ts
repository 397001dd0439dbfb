/**
 * The keys of a terminal, up to the end of one line at a time. What was pasted behind it is held back until the next
 * line is asked for: what the first line runs may read it, and shows its output before the second one shows up.
 */
import { Readable } from "node:stream";
import type { Terminal } from "../terminal.ts";

const [NEWLINE, RETURN] = [10, 13];

/** As a stream, what the line editor reads. */
export class HeldKeys extends Readable {
  /** The line editor turns to single keys only where it sees a terminal. */
  readonly isTTY = true;
  private readonly terminal: Terminal;
  private held: Buffer = Buffer.alloc(0);
  private isWanted = false;

  constructor(terminal: Terminal) {
    super({ read: () => undefined });
    this.terminal = terminal;
    terminal.input.on("data", (keys: Buffer) => {
      this.held = Buffer.concat([this.held, keys]);
      this.handOn();
    });
    terminal.input.on("end", () => this.push(null));
    terminal.input.pause();
  }

  /** Lets a line through. */
  want(): void {
    this.isWanted = true;
    this.terminal.setRawMode(true);
    this.terminal.input.resume();
    this.handOn();
  }

  /** Is called when a line has come through: from here on lines are for who reads standard input. */
  hold(): void {
    this.isWanted = false;
    this.terminal.input.pause();
    this.terminal.setRawMode(false);
  }

  /** Takes a line that was held back; "" when there is none. Bytes. */
  takeLine(): string {
    return this.takeHeld().toString("latin1");
  }

  /** Forgets what was held back. */
  discard(): void {
    this.held = Buffer.alloc(0);
  }

  /** For the line editor, when it begins, ends, and while the program is stopped by Ctrl-Z. */
  setRawMode(isRaw: boolean): this {
    this.terminal.setRawMode(isRaw && this.isWanted);
    return this;
  }

  private handOn(): void {
    while (this.isWanted && this.held.length > 0) this.push(this.takeHeld());
  }

  /** What is held, up to the end of its first line. */
  private takeHeld(): Buffer {
    const { held } = this;
    const end = held.findIndex((byte) => byte === NEWLINE || byte === RETURN);
    const isPair = held[end] === RETURN && held[end + 1] === NEWLINE;
    const size = end < 0 ? held.length : end + (isPair ? 2 : 1);
    this.held = held.subarray(size);
    return held.subarray(0, size);
  }
}
