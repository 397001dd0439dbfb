/**
 * The keys of a terminal, up to the end of one line at a time. What was pasted behind it is held back until the next
 * line is asked for: what the first line runs may read it, and shows its output before the second one shows up.
 */
import { Readable } from "node:stream";
import type { Terminal } from "../terminal.ts";

const [TAB, NEWLINE, RETURN] = [9, 10, 13];

/** As a stream, what the line editor reads. */
export class HeldKeys extends Readable {
  /** The line editor turns to single keys only where it sees a terminal. */
  readonly isTTY = true;
  private readonly terminal: Terminal;
  private held: Buffer = Buffer.alloc(0);
  private isWanted = false;
  /** Of those that were handed on, and not met by the line editor yet. */
  private readonly tabs: ("pasted" | "pressed")[] = [];

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

  /**
   * Keys are ours from here on. Comes before a prompt shows: whoever sees that may press Ctrl-D at once, which a terminal that
   * still edits lines takes for itself.
   */
  takeOver(): void {
    this.terminal.setRawMode(true);
  }

  /** Lets a line through. */
  want(): void {
    this.isWanted = true;
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
    const end = this.held.findIndex((byte) => byte === NEWLINE || byte === RETURN);
    if (end < 0) return this.takeHeld(this.held.length).toString("latin1");
    return Buffer.concat([this.takeHeld(end), this.takeLineEnd()]).toString("latin1");
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

  /** Whether the tab that the line editor has just met was pasted with other text. */
  takePastedTab(): boolean {
    return this.tabs.shift() === "pasted";
  }

  /**
   * Key by key, for what comes together `readline` of Node 20 puts at the end of the line, wherever the cursor is. Of a
   * tab it then does not see that it was pasted.
   */
  private handOn(): void {
    while (this.isWanted && this.held.length > 0) {
      const [key] = this.held;
      if (key === TAB) this.tabs.push(this.held.length > 1 ? "pasted" : "pressed");
      if (key === RETURN || key === NEWLINE) {
        this.takeLineEnd();
        // It may be read later: completion, of a tab before it, stops the stream.
        this.isWanted = false;
        this.push(Buffer.of(RETURN));
      } else {
        this.push(this.takeHeld(1));
      }
    }
  }

  private takeLineEnd(): Buffer {
    const isPair = this.held[0] === RETURN && this.held[1] === NEWLINE;
    return this.takeHeld(isPair ? 2 : 1);
  }

  private takeHeld(size: number): Buffer {
    const { held } = this;
    this.held = held.subarray(size);
    return held.subarray(0, size);
  }
}
