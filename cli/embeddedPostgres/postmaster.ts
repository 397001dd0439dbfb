/**
 * Finding the server of a data folder. A running one says in `postmaster.pid` who it is, where it
 * listens and whether it is ready; after a crash the file stays, and its number may be another
 * process's by now.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { systemErrorCode } from "../errors.ts";

export interface Postmaster {
  readonly pid: number;
  /** The folder of its socket, or its address. */
  readonly host: string;
  readonly port: number;
  /** Not yet while it starts, no longer while it stops. */
  readonly isReady: boolean;
}

/** The server that runs on this data; `undefined` if there is none. */
export function findPostmaster(dataPath: string): Postmaster | undefined {
  const [pid, , , port, socketFolder, address, , status] = readLines(join(dataPath, PID_FILE));
  if (pid === undefined || !isPostmaster(Number(pid), dataPath)) return undefined;
  return {
    pid: Number(pid),
    host: [socketFolder, address].find((host) => host) ?? "",
    port: Number(port),
    isReady: status === "ready",
  };
}

/** Whether a process is the server of this data. A process that has ended and left a zombie is not. */
export function isPostmaster(pid: number, dataPath: string): boolean {
  try {
    if (!(pid > 0)) return false;
    process.kill(pid, 0);
    if (process.platform === "win32") return true;
    if (process.platform !== "linux") return commandOf(pid).includes(dataPath);
    // It works in its data, also when that has moved.
    const [theirs, ours] = [statSync(`/proc/${String(pid)}/cwd`), statSync(dataPath)];
    return theirs.ino === ours.ino && theirs.dev === ours.dev;
  } catch (thrown) {
    // Gone; or somebody else's process, which is never our server.
    if (["ESRCH", "EPERM", "ENOENT", "EACCES"].includes(systemErrorCode(thrown) ?? ""))
      return false;
    throw thrown;
  }
}

/** The port of the last server of this data, if it was killed: its clients still look there. */
export function lastPort(dataPath: string): number | undefined {
  const port = Number(readLines(join(dataPath, PID_FILE))[3]);
  return port > 0 ? port : undefined;
}

/**
 * Removes what a killed server left and a new one might mistake for a living one, as process numbers
 * are used again. Only under the lock of the project, and when no server was found.
 */
export function removeRemains(dataPath: string, socketFolder: string | undefined): void {
  rmSync(join(dataPath, PID_FILE), { force: true });
  if (socketFolder === undefined) return;
  const socket = join(socketFolder, `.s.PGSQL.${String(SOCKET_PORT)}`);
  rmSync(socket, { force: true });
  rmSync(`${socket}.lock`, { force: true });
}

/** Part of the socket's name, no more. */
export const SOCKET_PORT = 5432;

const PID_FILE = "postmaster.pid";

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .map((line) => line.trim());
  } catch (thrown) {
    if (systemErrorCode(thrown) !== "ENOENT") throw thrown;
    return [];
  }
}

/** Empty if there is no such process. */
function commandOf(pid: number): string {
  try {
    return execFileSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    return "";
  }
}
