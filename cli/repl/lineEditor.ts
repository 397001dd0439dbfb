/** Lines that somebody types at a terminal: with a cursor, history and completion, by Node's `readline`. */
import { clearScreenDown, createInterface, moveCursor, type Interface } from "node:readline";
import { fromBytes, toBytes } from "../bytes.ts";
import type { Terminal } from "../terminal.ts";
import type { Completion } from "./complete.ts";
import { HeldKeys } from "./heldKeys.ts";
import { HISTORY_LENGTH, type History } from "./history.ts";
import { DISCARDED, type LineSource } from "./lineSource.ts";
import type { SharedTerminal, TerminalUser } from "./sharedTerminal.ts";

export interface LineEditorOptions {
  readonly terminal: Terminal;
  readonly shared: SharedTerminal;
  readonly history: History;
  /** @param text The line up to the cursor, in bytes. */
  readonly complete: (text: string) => Completion;
}

type Line = string | undefined | typeof DISCARDED;

export class LineEditor implements LineSource, TerminalUser {
  private readonly options: LineEditorOptions;
  private readonly keys: HeldKeys;
  private readonly reader: Interface;
  /** The lines to go back to, which `readline` changes and lets us change. */
  private history: string[];
  /** What these were before the first line of the statement that is being typed. */
  private historyBefore: readonly string[] | undefined = undefined;
  private answer: ((line: Line) => void) | undefined = undefined;
  private isOver = false;

  constructor(options: LineEditorOptions) {
    this.options = options;
    const { terminal, shared, history, complete } = options;
    this.keys = new HeldKeys(terminal);
    this.history = [...history.statements];
    this.reader = createInterface({
      input: this.keys,
      output: terminal.output,
      terminal: true,
      history: this.history,
      historySize: HISTORY_LENGTH,
      completer: (text: string) =>
        this.keys.takePastedTab() ? [["\t"], ""] : candidates(text, complete),
    });
    this.reader.on("history", (history) => (this.history = history));
    this.reader.on("line", (line) => this.give(toBytes(line)));
    this.reader.on("close", () => {
      this.isOver = true;
      this.give(undefined);
    });
    this.reader.on("SIGINT", () => this.discard());
    // Back from Ctrl-Z.
    this.reader.on("SIGCONT", () => this.reader.prompt(true));
    shared.user = this;
  }

  readLine(prompt: string): Promise<Line> {
    const { shared, terminal } = this.options;
    if (this.isOver) return Promise.resolve(undefined);
    if (!shared.isAtLineStart) terminal.output.write("\n");
    shared.isAtLineStart = true;
    this.historyBefore ??= [...this.history];
    this.reader.setPrompt(fromBytes(prompt));
    return new Promise((resolve) => {
      this.answer = resolve;
      this.keys.takeOver();
      this.reader.prompt();
      this.keys.want();
    });
  }

  /** Lines of one statement become one entry of the history. */
  remember(text: string): void {
    const statement = fromBytes(text);
    const before = this.historyBefore ?? [];
    this.historyBefore = undefined;
    if (statement.trim() === "") return;
    const isNew = statement !== before[0];
    this.history.splice(0, Infinity, ...(isNew ? [statement] : []), ...before);
    if (this.history.length > HISTORY_LENGTH) this.history.length = HISTORY_LENGTH;
    this.options.history.add(statement);
  }

  /** What is left of a paste is not for the next prompt when what ran before it was interrupted. */
  forgetHeld(): void {
    this.keys.discard();
  }

  takeLine(): string {
    return this.keys.takeLine();
  }

  show(bytes: string): void {
    this.options.terminal.output.write(Buffer.from(bytes, "latin1"));
  }

  beforeOutput(): boolean {
    if (this.answer === undefined) return false;
    const { output } = this.options.terminal;
    moveCursor(output, 0, -this.reader.getCursorPos().rows);
    output.write("\r");
    clearScreenDown(output);
    return true;
  }

  afterOutput(): void {
    if (this.answer === undefined) return;
    const { shared, terminal } = this.options;
    if (!shared.isAtLineStart) terminal.output.write("\n");
    shared.isAtLineStart = true;
    // It moves up, to the beginning of what it thinks is still there.
    terminal.output.write("\n".repeat(this.reader.getCursorPos().rows));
    this.reader.prompt(true);
  }

  close(): void {
    this.options.shared.user = undefined;
    this.reader.close();
    this.options.terminal.close();
  }

  /** Ctrl-C while a line is typed. */
  private discard(): void {
    const { terminal, history } = this.options;
    const isEmpty = this.reader.line === "";
    this.reader.write(null, { ctrl: true, name: "e" });
    terminal.output.write("^C");
    // Not documented, but what Node's own REPL calls here in all its versions.
    (this.reader as unknown as { clearLine(): void }).clearLine();
    if (isEmpty && history.statements.length === 0) terminal.output.write("(Ctrl-D leaves)\n");
    this.historyBefore = undefined;
    this.keys.discard();
    this.give(DISCARDED);
  }

  private give(line: Line): void {
    const { answer } = this;
    this.answer = undefined;
    this.keys.hold();
    answer?.(line);
  }
}

/** As `readline` wants them: with what they stand for, of which it knows only text. */
function candidates(text: string, complete: LineEditorOptions["complete"]): [string[], string] {
  // Tab at the beginning of a line indents.
  if (text.trim() === "") return [[`${text}  `], text];
  const { names, begun } = complete(toBytes(text));
  return [names.map(fromBytes), fromBytes(begun)];
}
