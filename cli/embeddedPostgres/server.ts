/** Starting and stopping the server of a project. */
import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClientConfig } from "pg";
import { systemErrorCode, UserError } from "../errors.ts";
import { findBinaries, type Binaries } from "./binaries.ts";
import { createData, readPassword, removeUnfinished, SUPERUSER } from "./createData.ts";
import { locateData, readMajorVersion, refuseOtherVersion, type DataFolder } from "./dataFolder.ts";
import { withLock } from "./lock.ts";
import {
  findPostmaster,
  isPostmaster,
  lastPort,
  removeRemains,
  SOCKET_PORT,
  type Postmaster,
} from "./postmaster.ts";
import { findFreePort } from "./freePort.ts";
import { endOf, runProgram, startProgram } from "./programs.ts";
import { shortHash, socketFolder } from "./socketFolder.ts";
import type { Surroundings } from "./surroundings.ts";

/** A project's server, running or not. */
export interface Server {
  readonly data: DataFolder;
  readonly binaries: Binaries;
  readonly surroundings: Surroundings;
  /** What it and `initdb` say. */
  readonly log: string;
}

/** @throws UserError if there can't be one here */
export function locateServer(root: string, surroundings: Surroundings): Server {
  const data = locateData(root, surroundings);
  const binaries = findBinaries(surroundings, data.user);
  refuseOtherVersion(data, binaries);
  return { data, binaries, surroundings, log: join(data.spacerFolder, "postgres.log") };
}

/** For clients of a running server. */
export function connectionTo({ data, surroundings }: Server, postmaster: Postmaster): ClientConfig {
  return {
    host: postmaster.host,
    port: postmaster.port,
    user: SUPERUSER,
    database: "postgres",
    ssl: false,
    ...(surroundings.hasSockets ? {} : { password: readPassword(data) }),
  };
}

/** Starts the server unless one runs. Returns when it is ready, or when it is time to look again. */
export async function startServer(
  server: Server,
  deadlineMs: number,
  onStart: () => void,
): Promise<void> {
  const { data, binaries, surroundings } = server;
  const lock = {
    name: `spacer-postgres-${shortHash(data.path)}`,
    file: join(data.spacerFolder, "postgres.lock"),
  };
  await withLock(lock, deadlineMs, async () => {
    if (findPostmaster(data.path) !== undefined) return;
    onStart();
    if (readMajorVersion(data) === undefined) await createData(data, binaries, surroundings);
    removeUnfinished(data);
    const sockets = surroundings.hasSockets ? socketFolder(data, surroundings) : undefined;
    const settings =
      sockets === undefined ? await loopbackSettings(data.path) : socketSettings(sockets);
    removeRemains(data.path, sockets);
    await launch(server, [...SETTINGS, ...settings], deadlineMs);
  });
}

/**
 * Stops the server and waits until it is gone. Sessions that are still open are ended.
 *
 * @param pid Which one: another may have taken its place after a crash
 */
export async function stopServer({ data, binaries }: Server, pid: number): Promise<void> {
  if (findPostmaster(data.path)?.pid !== pid) return;
  if (process.platform === "win32") {
    const words = ["stop", "-D", data.path, "-m", "fast", "-s"];
    await runProgram(binaries.pgCtl, words, { user: data.user, folder: data.path });
    return;
  }
  try {
    process.kill(pid, "SIGINT");
  } catch (thrown) {
    if (systemErrorCode(thrown) !== "ESRCH") throw thrown;
  }
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (isPostmaster(pid, data.path) && performance.now() < deadlineMs) await sleep(POLL_MS);
}

/** For a start that has to recover from a crash, or a stop with much to write. */
export const PATIENCE_MS = 60_000;
export const POLL_MS = 10;

/** Whatever `postgresql.conf` says: nothing committed is lost, and the log is where we look for it. */
const SETTINGS = [
  "fsync=on",
  "full_page_writes=on",
  "synchronous_commit=on",
  "log_destination=stderr",
  "logging_collector=off",
  "log_checkpoints=off",
];

function socketSettings(folder: string): string[] {
  return [
    "listen_addresses=",
    `unix_socket_directories="${folder}"`,
    "unix_socket_permissions=0700",
    `port=${String(SOCKET_PORT)}`,
  ];
}

async function loopbackSettings(dataPath: string): Promise<string[]> {
  const port = await findFreePort(lastPort(dataPath));
  return ["listen_addresses=127.0.0.1", "unix_socket_directories=", `port=${String(port)}`];
}

async function launch(
  server: Server,
  settings: readonly string[],
  deadlineMs: number,
): Promise<void> {
  const { data, binaries, log } = server;
  const descriptor = openLog(server);
  const logStart = fstatSync(descriptor).size;
  const options = settings.flatMap((setting) => ["-c", setting]);
  // Windows' administrators may not run `postgres` either; there, `pg_ctl` gives their rights up.
  const [program, words] =
    process.platform === "win32"
      ? [binaries.pgCtl, ["start", "-D", data.path, "-s", "-W", "-o", options.join(" ")]]
      : [binaries.postgres, ["-D", data.path, ...options]];
  const child = startProgram(program, words, {
    user: data.user,
    folder: data.path,
    log: descriptor,
  });
  closeSync(descriptor);
  const ended = endOf(child, program);
  ended.catch(() => undefined); // It matters only as long as the loop asks.
  while (performance.now() < deadlineMs) {
    if (findPostmaster(data.path)?.isReady === true) return;
    const status = await Promise.race([ended, sleep(POLL_MS, "runs" as const)]);
    // `pg_ctl` ends when it has started the server.
    if (status === "runs" || (status === 0 && program === binaries.pgCtl)) continue;
    const said = readFileSync(log).subarray(logStart).toString("utf8");
    // It was stopped or killed meanwhile; or it met processes of a server that was killed, which end
    // by themselves in a moment.
    if (status === 0 || status === "SIGKILL" || STILL_IN_USE.test(said)) return;
    const reason = reasonIn(said) ?? `it ended with ${String(status)}`;
    throw new UserError(`PostgreSQL does not start: ${reason}`, `${log} says more`);
  }
}

const STILL_IN_USE = /lock file ".*" already exists|pre-existing shared memory block/;

/** The last thing that was fatal, but for what a killed server's sessions say; else the last line. */
function reasonIn(said: string): string | undefined {
  const lines = said.split("\n").filter((line) => line !== "");
  const fatal = lines.map((line) => /(?:FATAL|PANIC): +(?!terminating)(.*)/.exec(line)?.[1]);
  return fatal.findLast((text) => text !== undefined) ?? lines.at(-1);
}

const LARGE_LOG_BYTES = 1024 * 1024;

/** Opened here, so that the server's user need not reach it. */
function openLog({ data, log }: Server): number {
  const { O_WRONLY, O_CREAT, O_APPEND } = constants;
  // Whoever owns the project must not make root give away another file (Windows has no such flag).
  const noLinks = (constants as { O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0;
  const descriptor = openSync(log, O_WRONLY | O_CREAT | O_APPEND | noLinks, 0o600);
  if (fstatSync(descriptor).size > LARGE_LOG_BYTES) ftruncateSync(descriptor);
  if (data.user !== undefined) fchownSync(descriptor, data.user.uid, data.user.gid);
  return descriptor;
}
