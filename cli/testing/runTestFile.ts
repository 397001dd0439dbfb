/** Runs one test file as a program of its own, so that whatever it does harms no other. */
import { spawn } from "node:child_process";
import type { CommandContext } from "../command.ts";
import { withEnvFile } from "../envFile.ts";
import { LOADED_VARIABLE, TEST_VARIABLE } from "./testVariables.ts";
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
  /** Whether it ends at the first test that fails, as the words say. */
  readonly isBailing: boolean;
  /** After this it is stopped. */
  readonly timeoutMs: number;
  /** Where it is to write which files it has read (testVariables.ts), if anybody wants to know. */
  readonly loadedList: string | undefined;
}

/** Takes what a file writes, as it comes. */
export interface FileOutput {
  out(text: string): void;
  error(text: string): void;
}

export interface TestFileOutcome extends TapOutcome {
  readonly file: string;
  /** `undefined` after a signal. */
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  /** Whether tests were left out behind one that failed. */
  readonly hasBailed: boolean;
  /** After this it took too long and was stopped; `undefined` when it was not. */
  readonly timedOutMs: number | undefined;
  readonly durationMs: number;
  /** The last lines of what it wrote to standard error, for the summary. */
  readonly errorLines: readonly string[];
}

/** So much of standard error is kept. */
const KEPT_ERROR_CHARS = 10_000;

/** Runs a file and passes its output on as it comes. Ends soon when the signal is aborted. */
export function runTestFile(
  options: TestFileOptions,
  { self, env }: Pick<CommandContext, "self" | "env">,
  { output, signal }: { readonly output: FileOutput; readonly signal: AbortSignal },
): Promise<TestFileOutcome> {
  const { root, file, words, printsTap, hasDebugAccess, timeoutMs, loadedList } = options;
  const [program = "", ...programWords] = self;
  const startMs = performance.now();
  const reader = createTapReader(() => performance.now());
  let errorText = "";
  return new Promise((resolve, reject) => {
    const access = hasDebugAccess ? ["--debug-access"] : [];
    const runWords = [...programWords, "run", ...access, "--project", ".", file, ...words];
    const child = spawn(program, runWords, {
      cwd: root,
      env: {
        SPACER_ENV: "test",
        ...withEnvFile(root, env, "test"),
        [TEST_VARIABLE]: "1",
        ...(loadedList === undefined ? {} : { [LOADED_VARIABLE]: loadedList }),
      },
      stdio: ["ignore", "pipe", "pipe"],
      signal,
    });
    let timedOutMs: number | undefined;
    const timer = setTimeout(() => {
      timedOutMs = timeoutMs;
      child.kill();
    }, timeoutMs);
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (printsTap) reader.push(text);
      output.out(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errorText = (errorText + text).slice(-KEPT_ERROR_CHARS);
      output.error(text);
    });
    child.on("error", (error) => {
      // Stopped by the signal; what `close` tells next is the outcome.
      if (error.name === "AbortError") return;
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (exitCode, endSignal) => {
      clearTimeout(timer);
      const read = reader.finish();
      resolve({
        ...read,
        hasBailed: options.isBailing && read.results.some((result) => !result.isOk),
        file,
        exitCode: exitCode ?? undefined,
        signal: endSignal ?? undefined,
        timedOutMs,
        durationMs: performance.now() - startMs,
        errorLines: errorText.split("\n").filter((line) => line !== ""),
      });
    });
  });
}
