/** Running PostgreSQL's programs as the server's user. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { systemErrorCode, systemErrorText, UserError } from "../errors.ts";
import { USE_ANOTHER } from "./binaries.ts";
import type { ServerUser } from "./serverUser.ts";
import { serverEnvironment } from "./surroundings.ts";

export interface ProgramOptions {
  readonly user: ServerUser;
  /** To run in: the user must be able to reach it. */
  readonly folder: string;
}

/** @throws UserError with what it said, when it fails */
export async function runProgram(
  program: string,
  words: readonly string[],
  { user, folder }: ProgramOptions,
): Promise<void> {
  const child = spawn(program, words, {
    ...user,
    cwd: folder,
    env: serverEnvironment(),
    stdio: ["ignore", "ignore", "pipe"],
    // Ctrl-C is for this process to handle.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const status = await endOf(child, program);
  if (status !== 0) throw new UserError(`${program} failed (${String(status)}): ${errors.trim()}`);
}

/**
 * Starts a program that goes on when this process ends or is interrupted.
 *
 * @param log A file descriptor
 */
export function startProgram(
  program: string,
  words: readonly string[],
  { user, folder, log }: ProgramOptions & { readonly log: number },
): ChildProcess {
  const child = spawn(program, words, {
    ...user,
    cwd: folder,
    env: serverEnvironment(),
    stdio: ["ignore", log, log],
    detached: true,
    windowsHide: true,
  });
  child.unref();
  return child;
}

/** Exit code or signal. @throws UserError if it could not be started */
export function endOf(
  child: ChildProcess,
  program: string,
): Promise<number | NodeJS.Signals | null> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => {
      // The file is there, but not what loads it: it is of another C library.
      const isForeign = systemErrorCode(error) === "ENOENT" && existsSync(program);
      const reason = isForeign
        ? "it is made for systems with glibc, which this one is not"
        : systemErrorText(error);
      reject(
        new UserError(
          `can't run the PostgreSQL that comes with spacer, ${program}: ${reason}`,
          USE_ANOTHER,
        ),
      );
    });
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
}
