/** A shell for the commands of the guide: `spacer` is on its path, and servers take any port. */
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { selfCommand } from "../build.testkit.ts";
import { waitFor } from "../context.testkit.ts";
import { mayRun } from "./blocks.testkit.ts";

export interface ShellResult {
  readonly exitCode: number | null;
  /** Standard output and error, as they came; with `until`, what had come when it was true. */
  readonly output: string;
}

export interface ShellOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Presses Ctrl-C as soon as the output is what was waited for: for what goes on until then. */
  readonly until?: (output: string) => boolean;
}

const PATIENCE_MS = 30_000;

/** A folder with the programs `spacer`, `spacer-lua` and `npx`, which runs these. */
export function makePrograms(folder: string): string {
  const bin = join(folder, "programs");
  mkdirSync(bin);
  const [node = "", ...words] = selfCommand();
  const start = [node, ...words].map((word) => `'${word}'`).join(" ");
  const programs = {
    spacer: `exec ${start} "$@"`,
    "spacer-lua": `exec ${start.replace("index.mjs'", "lua.mjs'")} "$@"`,
    npx: 'exec "$@"',
  };
  for (const [name, command] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${command}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}

/** Rejects when `until` never comes true. @throws Error for a command that tests may not run */
export async function runShell(
  command: string,
  { cwd, env, until }: ShellOptions,
): Promise<ShellResult> {
  if (!mayRun(command)) throw new Error(`no test may run this: ${command}`);
  // A group of its own, as a terminal would make it, so that Ctrl-C reaches what the command starts.
  const child = spawn("sh", ["-c", `trap : INT\n${command}`], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const printed = { text: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (printed.text += text));
  }
  const state: { isOver: boolean; exitCode: number | null } = { isOver: false, exitCode: null };
  const ended = new Promise<void>((resolve, reject) => {
    child.on("error", reject).on("close", (exitCode) => {
      state.isOver = true;
      state.exitCode = exitCode;
      resolve();
    });
  });
  const signal = (name: NodeJS.Signals) => {
    if (!state.isOver && child.pid !== undefined) process.kill(-child.pid, name);
  };
  try {
    if (until === undefined) {
      await ended;
      return { exitCode: state.exitCode, output: printed.text };
    }
    const describe = () => `${command}\n${printed.text}`;
    await waitFor(() => state.isOver || until(printed.text), describe, PATIENCE_MS);
    const output = printed.text;
    signal("SIGINT");
    await waitFor(() => state.isOver, describe, PATIENCE_MS);
    return { exitCode: state.exitCode, output };
  } finally {
    signal("SIGKILL");
  }
}
