/** How the program ends when something goes wrong, and what the user is told. */

/** Exit code for something the user can mend. */
export const EXIT_FAILURE = 1;
/** Exit code for a bug of ours. */
const EXIT_BUG = 2;
/** What a shell reports for a program that Ctrl-C ended, */
export const EXIT_INTERRUPTED = 130;
/** and for one that a broken pipe did. */
export const EXIT_BROKEN_PIPE = 141;

/**
 * Something the user can mend: one message, exit code 1. Whatever else reaches the outermost call is
 * a bug of ours.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  /** What to do about it. */
  readonly hint: string | undefined;

  /** @param message Without "spacer: "; starts with "file:line: " when there is a place. */
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** A mistake in the words of the command line. */
export class UsageError extends UserError {}

/** The text for standard error and the exit code. */
export interface Failure {
  readonly text: string;
  readonly exitCode: number;
}

/** @param isDebugging Whether to show JavaScript stacks (`SPACER_DEBUG=1`). */
export function describeFailure(thrown: unknown, isDebugging: boolean): Failure {
  const stack = isDebugging && thrown instanceof Error ? `\n${thrown.stack ?? ""}` : "";
  if (thrown instanceof UserError) {
    const hint = thrown.hint === undefined ? "" : `\n  hint: ${thrown.hint}`;
    return { text: `spacer: ${thrown.message}${hint}${stack}\n`, exitCode: EXIT_FAILURE };
  }
  const advice = isDebugging
    ? "this is a bug in spacer, please report it"
    : "this is a bug in spacer, please report it; run again with SPACER_DEBUG=1 for details";
  return {
    text: `spacer: internal error: ${oneLine(thrown)} (${advice})${stack}\n`,
    exitCode: EXIT_BUG,
  };
}

/** The message of anything that may be thrown, on one line. */
function oneLine(thrown: unknown): string {
  const { message } = (thrown ?? {}) as { message?: unknown };
  const text = typeof message === "string" && message !== "" ? message : String(thrown);
  return text.replaceAll(/\s*\n\s*/g, " ");
}

/** The code of a failed system call ("ENOENT", "EACCES", ...); `undefined` for any other value. */
export function systemErrorCode(thrown: unknown): string | undefined {
  const { code } = (thrown ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}

/** Why a file operation failed, in words: "permission denied". */
export function systemErrorText(thrown: unknown): string {
  const code = systemErrorCode(thrown);
  return (code === undefined ? undefined : REASONS[code]) ?? oneLine(thrown);
}

const REASONS: Readonly<Partial<Record<string, string>>> = {
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the disk",
  ENOENT: "no such file or folder",
  ENOTDIR: "a part of the path is not a folder",
  EISDIR: "it is a folder",
  EEXIST: "it exists already",
  EMFILE: "too many open files",
  ENAMETOOLONG: "the name is too long",
};
