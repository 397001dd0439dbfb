/**
 * The program, built as it is for those who install it, for tests that need it as a process of its own: so it starts as
 * fast as theirs. It is built once per run of Jest, by the worker that needs it first, into the folder that
 * startTests.testkit.ts made for the run; others wait for that one.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { RUN_FOLDER_VARIABLE } from "./startTests.testkit.ts";

const repository = resolve(__dirname, "..");
const PATIENCE_MS = 120_000;
const POLL_MS = 20;

/** The words that start the CLI, or the interpreter, as their sources are now. */
export function selfCommand(program: "index" | "lua" = "index"): readonly string[] {
  const folder = process.env[RUN_FOLDER_VARIABLE];
  if (folder === undefined)
    throw new Error("this is no run of the tests: see startTests.testkit.ts");
  ensureBuild(folder);
  return [process.execPath, "--stack-size=3900", join(folder, `${program}.cjs`)];
}

/** Waits without giving way to other code, because who asks does not wait. */
function ensureBuild(folder: string): void {
  const dist = join(folder, "dist");
  const lock = join(folder, "building");
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (!existsSync(dist)) {
    if (performance.now() > deadlineMs) throw new Error(`the program is not built: ${lock} stays`);
    if (!tryLock(lock)) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
      continue;
    }
    try {
      // Somebody may have made it meanwhile.
      if (!existsSync(dist)) build(dist);
    } finally {
      rmdirSync(lock);
    }
  }
}

/** @returns Whether it is ours now, and not somebody else's. */
function tryLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}

/** Puts it in place at once. */
function build(dist: string): void {
  const words = ["--import", "tsx", "docs/tools/build.ts", dist];
  const { status, stderr } = spawnSync(process.execPath, words, {
    cwd: repository,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the program can't be built:\n${stderr}`);
}
