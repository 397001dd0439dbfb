/** Runs one test file as a program of its own, so that whatever it does harms no other. */
import { spawn } from "node:child_process";
import type { CommandContext } from "../command.ts";
import { withEnvFile } from "../envFile.ts";
import { createTapReader, type TapOutcome } from "./tap.ts";

export interface TestFileOptions {
  readonly root: string;
  /** From the root. */
  readonly file: string;
  /** For luaunit: how to print, what to select. */
  readonly words: readonly string[];
  /** Whether it prints TAP, so that single tests can be told apart. */
  readonly printsTap: boolean;
  /** Whether the debug library reaches all code. */
  readonly hasDebugAccess: boolean;
}

export interface TestFileOutcome extends TapOutcome {
  readonly file: string;
  /** `undefined` after a signal. */
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  /** The last lines of what it wrote to standard error, for the summary. */
  readonly errorLines: readonly string[];
}

/** So much of standard error is kept. */
const KEPT_ERROR_CHARS = 10_000;

/** Runs a file and passes its output on as it comes. */
export function runTestFile(
  options: TestFileOptions,
  context: CommandContext,
): Promise<TestFileOutcome> {
  const { root, file, words, printsTap, hasDebugAccess } = options;
  const [program = "", ...programWords] = context.self;
  const reader = createTapReader();
  let errorText = "";
  let isAtLineStart = true;
  return new Promise((resolve, reject) => {
    const access = hasDebugAccess ? ["--debug-access"] : [];
    const runWords = [...programWords, "run", ...access, "--project", ".", file, ...words];
    const child = spawn(program, runWords, {
      cwd: root,
      env: { SPACER_ENV: "test", ...withEnvFile(root, context.env, "test") },
      stdio: ["ignore", "pipe", "pipe"],
      signal: context.signal,
    });
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (printsTap) reader.push(text);
      isAtLineStart = text.endsWith("\n");
      context.stdout.write(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errorText = (errorText + text).slice(-KEPT_ERROR_CHARS);
      context.stderr.write(text);
    });
    child.on("error", (error) => {
      // Stopped by the signal; what `close` tells next is the outcome.
      if (error.name !== "AbortError") reject(error);
    });
    child.on("close", (exitCode, signal) => {
      if (!isAtLineStart) context.stdout.write("\n");
      resolve({
        ...reader.finish(),
        file,
        exitCode: exitCode ?? undefined,
        signal: signal ?? undefined,
        errorLines: errorText.split("\n").filter((line) => line !== ""),
      });
    });
  });
}
