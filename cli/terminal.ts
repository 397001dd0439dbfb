/**
 * The terminal that a program talks to somebody through.
 *
 * It is opened anew, beside standard input and output: what Node makes streams of no longer blocks, and those two are
 * for the reads and writes of Lua, which wait, and for the programs it starts.
 */
import { openSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { isatty, ReadStream, WriteStream } from "node:tty";
import type { CommandContext } from "./command.ts";
import { watchInterrupts, type Interrupts } from "./interrupts.ts";

export interface Terminal {
  /** The keys as they are pressed, in bytes. */
  readonly input: Readable;
  readonly output: Writable;
  /** Whether keys are for us (raw mode), or lines are edited, and Ctrl-C is told, by the system. */
  setRawMode(isRaw: boolean): void;
  /** Begins to count Ctrl-C. From then on it no longer ends the program. Called once. */
  watchInterrupts(): Promise<Interrupts>;
  /** Gives it back as it was. */
  close(): void;
}

/** The terminal of this process; `undefined` where input or output is none, or one without a cursor. */
export function openProcessTerminal(env: CommandContext["env"]): Terminal | undefined {
  if (!isatty(0) || !isatty(1) || env["TERM"] === "dumb") return undefined;
  const input = openStream(0) ?? process.stdin;
  const output = openStream(1) ?? process.stdout;
  const followSize = (): void => {
    // Not documented, but what Node itself calls for standard output, and there only.
    (output as unknown as { _refreshSize(): void })._refreshSize();
  };
  process.on("SIGWINCH", followSize);
  let interrupts: Interrupts | undefined;
  return {
    input,
    output,
    setRawMode: (isRaw) => input.setRawMode(isRaw),
    watchInterrupts: async () => (interrupts = await watchInterrupts()),
    close: () => {
      process.off("SIGWINCH", followSize);
      input.setRawMode(false);
      input.destroy();
      interrupts?.close();
    },
  };
}

function openStream(descriptor: 0): ReadStream | undefined;
function openStream(descriptor: 1): WriteStream | undefined;
function openStream(descriptor: 0 | 1): ReadStream | WriteStream | undefined {
  const path = process.platform === "linux" ? `/proc/self/fd/${String(descriptor)}` : "/dev/tty";
  try {
    return descriptor === 0
      ? new ReadStream(openSync(path, "r"))
      : new WriteStream(openSync(path, "w"));
  } catch {
    // A terminal that somebody else owns, or a system without such names: not as good, but works.
    return undefined;
  }
}
