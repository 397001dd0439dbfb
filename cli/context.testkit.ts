/** Surroundings for tests of the CLI: a temporary folder, captured output, an abort switch. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable, Writable } from "node:stream";
import type { CommandContext } from "./command.ts";
import { runCli } from "./runCli.ts";
import { selfCommand } from "./build.testkit.ts";
import { streamFiles } from "./streamFiles.ts";

export interface TestCli {
  /** A new folder, removed by `dispose`. */
  readonly cwd: string;
  readonly context: CommandContext;
  /** What was written to standard output and error so far. */
  readonly out: string;
  readonly err: string;
  run(...words: readonly string[]): Promise<number>;
  /** Forgets what was written. */
  clear(): void;
  /** Presses Ctrl-C. */
  interrupt(): void;
  /** Writes a file, in `cwd`. */
  write(path: string, text: string): void;
  dispose(): void;
}

export function createTestCli(env: CommandContext["env"] = {}): TestCli {
  const cwd = mkdtempSync(join(tmpdir(), "spacer-cli-"));
  // A server that root starts for a project runs as somebody else, who is to reach it.
  chmodSync(cwd, 0o755);
  const controller = new AbortController();
  const stdout = capture();
  const stderr = capture();
  const context: CommandContext = {
    cwd,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
    stdin: Readable.from([]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    signal: controller.signal,
    get self() {
      return selfCommand();
    },
    luaProgram: "spacer-lua",
    luaName: "lua",
    isTyped: false,
    openTerminal: () => undefined,
    standardFiles: streamFiles(stdout.stream, stderr.stream),
  };
  return {
    cwd,
    context,
    get out() {
      return stdout.text();
    },
    get err() {
      return stderr.text();
    },
    run: (...words) => runCli(words, context),
    clear() {
      stdout.clear();
      stderr.clear();
    },
    interrupt() {
      controller.abort();
    },
    write(path, text) {
      const target = join(cwd, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
    },
    dispose() {
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}

/** Waits for a condition. @throws Error with `describe()` when it takes longer than `timeoutMs` */
export async function waitFor(
  condition: () => boolean | Promise<boolean>,
  describe: () => string,
  timeoutMs = 20_000,
): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadlineMs) throw new Error(`waited in vain: ${describe()}`);
    await new Promise((wake) => setTimeout(wake, 5));
  }
}

function capture() {
  let pieces: Buffer[] = [];
  const stream = new Writable({
    write(piece: Buffer | string, _encoding, done) {
      pieces.push(Buffer.from(piece));
      done();
    },
  });
  return {
    stream,
    text: () => Buffer.concat(pieces).toString("utf8"),
    clear: () => {
      pieces = [];
    },
  };
}
