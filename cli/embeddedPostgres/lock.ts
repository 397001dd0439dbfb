/**
 * Mutual exclusion between processes that ends with the process, however that ends, so that no lock
 * is ever stale. Node has no locks of files; these do the same:
 *
 * - Linux: listening on an abstract socket, which has a name but no file,
 * - Windows: listening on a named pipe,
 * - macOS and BSD: opening a file with O_EXLOCK.
 */
import { closeSync, constants, openSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { systemErrorCode } from "../errors.ts";

export interface LockName {
  /** For systems that lock names. */
  readonly name: string;
  /** For systems that lock files. */
  readonly file: string;
}

/** @returns `undefined` when others held the lock until then */
export async function withLock<Result>(
  lock: LockName,
  deadlineMs: number,
  run: () => Promise<Result>,
): Promise<Result | undefined> {
  while (performance.now() < deadlineMs) {
    const release = await acquire(lock);
    if (release === undefined) {
      await sleep(POLL_MS);
      continue;
    }
    try {
      return await run();
    } finally {
      await release();
    }
  }
  return undefined;
}

const POLL_MS = 10;

type Release = () => Promise<void> | void;

/** @returns `undefined` while another process holds the lock */
function acquire({ name, file }: LockName): Promise<Release | undefined> | Release | undefined {
  if (process.platform === "linux") return listen(`\0${name}`);
  if (process.platform === "win32") return listen(`\\\\.\\pipe\\${name}`);
  return openExclusively(file);
}

function listen(path: string): Promise<Release | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error) => {
      if (systemErrorCode(error) === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    // Exclusive: the workers of a cluster would share it otherwise.
    server.listen({ path, exclusive: true }, () => {
      resolve(() => new Promise<void>((done) => void server.close(() => done())));
    });
  });
}

/** The same number on macOS and all BSDs. */
const O_EXLOCK = 0x20;

function openExclusively(file: string): Release | undefined {
  try {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | O_EXLOCK;
    const descriptor = openSync(file, flags, 0o600);
    return () => closeSync(descriptor);
  } catch (thrown) {
    const code = systemErrorCode(thrown);
    if (code !== "EAGAIN" && code !== "EWOULDBLOCK") throw thrown;
    return undefined;
  }
}
