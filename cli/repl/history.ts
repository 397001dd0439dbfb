/**
 * What was typed at prompts, across sessions. The file has a line for each statement, the latest one last, and only
 * ever grows by whole lines, so that several sessions can write to it. One that has become long is set aside, and the
 * one set aside before that is gone.
 */
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { CommandContext } from "../command.ts";

/** So many statements are there to go back to. */
export const HISTORY_LENGTH = 1000;

const MAX_FILE_BYTES = 500_000;

export interface History {
  /** Texts, the latest one first. */
  readonly statements: readonly string[];
  /** Keeps one more; what begins with a space is not kept. */
  add(statement: string): void;
}

/**
 * Opens a history. Where nothing can be read or written there just is none.
 *
 * @param file Is made when it is needed; `undefined` for no file.
 */
export function openHistory(file: string | undefined): History {
  if (file === undefined) return { statements: [], add: () => undefined };
  const statements = [...readStatements(file), ...readStatements(olderFile(file))];
  let [latest] = statements;
  return {
    statements: statements.slice(0, HISTORY_LENGTH),
    add: (statement) => {
      if (statement === latest || /^\s/.test(statement) || statement === "") return;
      latest = statement;
      append(file, statement);
    },
  };
}

/** Where the user's history is: https://specifications.freedesktop.org/basedir-spec */
export function historyFile(env: CommandContext["env"]): string | undefined {
  const { XDG_STATE_HOME: state = "", HOME: home = "", LOCALAPPDATA: local = "" } = env;
  const folder = state.startsWith("/") ? state : home === "" ? local : join(home, ".local/state");
  return folder === "" ? undefined : join(folder, "spacer", "lua_history");
}

function olderFile(file: string): string {
  return `${file}.old`;
}

function readStatements(file: string): string[] {
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    return lines
      .filter((line) => line !== "")
      .map(unescaped)
      .reverse();
  } catch {
    return [];
  }
}

function append(file: string, statement: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MAX_FILE_BYTES) setAside(file);
    // By name each time: a file that another session has set aside is not the one to write to.
    appendFileSync(file, `${escaped(statement)}\n`, { mode: 0o600 });
  } catch {
    // A read-only home, a full disk: no reason to bother somebody who types.
  }
}

/** One session does it; a second one would set aside what is new, and lose the rest. */
function setAside(file: string): void {
  const lock = `${file}.lock`;
  try {
    closeSync(openSync(lock, "wx"));
  } catch {
    forgetOldLock(lock);
    return;
  }
  try {
    if (statSync(file).size > MAX_FILE_BYTES) renameSync(file, olderFile(file));
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Who made it takes no minute, unless it is no more. */
function forgetOldLock(lock: string): void {
  const made = statSync(lock, { throwIfNoEntry: false });
  if (made !== undefined && Date.now() - made.mtimeMs > 60_000) rmSync(lock, { force: true });
}

function escaped(statement: string): string {
  return statement.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function unescaped(line: string): string {
  return line.replaceAll(/\\(.)/g, (_all, char: string) => (char === "n" ? "\n" : char));
}
