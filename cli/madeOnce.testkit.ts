/**
 * What several test files need, and one of them makes for all: the first worker of Jest that asks for it, in the folder
 * of the run (startTests.testkit.ts). A folder beside it is the lock. The others look again and again until it is there.
 */
import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { RUN_FOLDER_VARIABLE } from "./startTests.testkit.ts";

const PATIENCE_MS = 120_000;
const POLL_MS = 20;

/** The folder of the run. */
export function runFolder(): string {
  const folder = process.env[RUN_FOLDER_VARIABLE];
  if (folder === undefined) throw new Error("Jest runs without startTests.testkit.ts");
  return folder;
}

/**
 * @param make Makes it, and puts it in place at once.
 * @returns Its path
 */
export async function madeOnce(
  name: string,
  make: (path: string) => Promise<void>,
): Promise<string> {
  const path = join(runFolder(), name);
  const waiting = wait(path);
  while (waiting.isOn()) {
    if (!lock(path)) {
      await delay(POLL_MS);
      continue;
    }
    try {
      // Somebody may have made it meanwhile.
      if (!existsSync(path)) await make(path);
    } finally {
      unlock(path);
    }
  }
  return path;
}

/** The same for those that can't wait: no other code of theirs runs meanwhile. */
export function madeOnceSync(name: string, make: (path: string) => void): string {
  const path = join(runFolder(), name);
  const waiting = wait(path);
  while (waiting.isOn()) {
    if (!lock(path)) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
      continue;
    }
    try {
      if (!existsSync(path)) make(path);
    } finally {
      unlock(path);
    }
  }
  return path;
}

function wait(path: string): { isOn: () => boolean } {
  const deadlineMs = performance.now() + PATIENCE_MS;
  return {
    isOn: () => {
      if (existsSync(path)) return false;
      if (performance.now() > deadlineMs) throw new Error(`nobody makes ${path}, which is locked`);
      return true;
    },
  };
}

/** @returns Whether it is ours now, and not somebody else's. */
function lock(path: string): boolean {
  try {
    mkdirSync(`${path}.lock`);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}

function unlock(path: string): void {
  rmdirSync(`${path}.lock`);
}
