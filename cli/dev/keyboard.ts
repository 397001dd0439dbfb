/**
 * Single keys from a terminal. For that it is in raw mode, in which it no longer sends signals: Ctrl-C,
 * Ctrl-Z and Ctrl-\ are done here as the terminal does them. Whatever ends the process, Node puts the
 * terminal back as it was; what stops it is up to us.
 *
 * A job in the background may neither change the mode of its terminal nor read from it (the system would
 * stop it), so the keyboard is left alone there.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import type { ReadStream } from "node:tty";
import type { CommandContext } from "../command.ts";
import { isTerminal } from "../style.ts";

export interface Keyboard {
  /** Gives the terminal back. */
  close(): void;
}

/** What the terminal would do of itself, by what the key sends. */
const SIGNALS: Readonly<Partial<Record<string, NodeJS.Signals>>> = {
  "\u0003": "SIGINT",
  "\u001a": "SIGTSTP",
  "\u001c": "SIGQUIT",
};

/** Whether somebody sits in front of the program. */
export function hasKeyboard({ stdin, stdout }: Pick<CommandContext, "stdin" | "stdout">): boolean {
  return isTerminal(stdout) && isTerminal(stdin) && "setRawMode" in stdin;
}

/** Listens to the keys of a terminal (`hasKeyboard`). */
export function listenToKeys(stdin: Readable, onKey: (key: string) => void): Keyboard {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- hasKeyboard has looked
  const terminal = stdin as ReadStream;
  const take = (): void => {
    if (!isInForeground()) return;
    // A shell may have changed the mode meanwhile, and one that is set already would not be set again.
    terminal.setRawMode(false);
    terminal.setRawMode(true);
    terminal.resume();
  };
  const giveBack = (): void => {
    terminal.setRawMode(false);
    terminal.pause();
  };
  const hear = (input: Buffer): void => {
    // Several keys when somebody types fast. A sequence, as of an arrow, is no key of ours.
    const keys = input.toString("latin1");
    if (keys.startsWith("\u001b")) return;
    for (const key of keys) {
      const signal = SIGNALS[key];
      if (signal === undefined) onKey(key);
      else {
        giveBack();
        raise(signal);
      }
    }
  };
  terminal.on("data", hear);
  terminal.pause();
  // After `fg`; after `bg` it stays as it is.
  process.on("SIGCONT", take);
  take();
  return {
    close: () => {
      process.off("SIGCONT", take);
      terminal.off("data", hear);
      if (terminal.isRaw) giveBack();
    },
  };
}

/** To all of the job, as the terminal does it: a shell script around us is to be told, too. */
function raise(signal: NodeJS.Signals): void {
  // Windows has no signals but those that Node makes up for its listeners.
  if (process.platform === "win32") process.emit(signal);
  else process.kill(0, signal);
}

/** Whether the terminal is ours: whether our process group is the one in its foreground. */
function isInForeground(): boolean {
  try {
    // pid (name) state ppid pgrp session tty_nr tpgid ...; the name may hold anything.
    const fields = readFileSync("/proc/self/stat", "latin1")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields[2] === fields[5];
  } catch {
    const words = ["-o", "stat=", "-p", String(process.pid)];
    const { status, stdout } = spawnSync("ps", words, { encoding: "latin1" });
    return status !== 0 || stdout.includes("+");
  }
}
