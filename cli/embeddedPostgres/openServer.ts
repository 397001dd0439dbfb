/** Joining a project's server: starting it when there is none, starting it again after a crash. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ClientConfig } from "pg";
import { systemErrorCode, systemErrorText, UserError } from "../errors.ts";
import { USE_ANOTHER } from "./binaries.ts";
import { findPostmaster } from "./postmaster.ts";
import {
  connectionTo,
  locateServer,
  PATIENCE_MS,
  POLL_MS,
  startServer,
  stopServer,
  type Server,
} from "./server.ts";
import { joinServer, type Session } from "./session.ts";
import type { Surroundings } from "./surroundings.ts";

export interface OpenOptions {
  /** The project's folder. */
  readonly root: string;
  /** Called when this command starts the server, which takes a moment. */
  readonly onStart?: () => void;
}

/** A server that is there until it is closed. */
export interface EmbeddedPostgres {
  /** For `pg.Pool`. Stays the same when the server is started again after a crash. */
  readonly connection: ClientConfig;
  /**
   * This command no longer needs it: the last one out stops it. End all pools before that; sessions
   * still open then may be cut off.
   */
  close(): Promise<void>;
}

/** @throws UserError when there can't be a server, with what to do about it */
export async function openServer(
  { root, onStart = () => undefined }: OpenOptions,
  surroundings: Surroundings,
): Promise<EmbeddedPostgres> {
  const closing = new AbortController();
  const { signal } = closing;
  const enter = () =>
    explainErrors(root, () => join(locateServer(root, surroundings), onStart, signal));

  const first = await enter();
  let current: Joined | undefined = first;
  const kept = keep();
  let closed: Promise<void> | undefined;

  /** Enters again whenever the session has ended, until this command closes. */
  async function keep(): Promise<void> {
    const closes = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve());
    });
    for (;;) {
      await Promise.race([current?.session.ended, closes]);
      if (signal.aborted) return;
      current = undefined;
      try {
        current = await enter();
      } catch (thrown) {
        // Those who use the database see that it is gone; it may come back.
        if (!(thrown instanceof UserError)) throw thrown;
        await sleep(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }

  async function close(): Promise<void> {
    closing.abort();
    await kept;
    if (current === undefined) return;
    const { session, server, pid } = current;
    await session.leave(() => stopServer(server, pid));
  }

  return { connection: first.connection, close: () => (closed ??= close()) };
}

const RETRY_MS = 1000;

interface Joined {
  readonly server: Server;
  readonly pid: number;
  readonly session: Session;
  readonly connection: ClientConfig;
}

async function join(server: Server, onStart: () => void, signal: AbortSignal): Promise<Joined> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  let reason = "it is not ready";
  while (performance.now() < deadlineMs) {
    const postmaster = findPostmaster(server.data.path);
    if (postmaster?.isReady === true) {
      const connection = connectionTo(server, postmaster);
      const session = await joinServer(connection);
      if (typeof session !== "string") return { server, pid: postmaster.pid, session, connection };
      reason = session;
    } else if (signal.aborted) {
      break; // Only a server that runs has to be left.
    } else if (postmaster === undefined) {
      await startServer(server, deadlineMs, onStart);
    }
    await sleep(POLL_MS);
  }
  throw new UserError(
    `PostgreSQL does not answer after ${String(PATIENCE_MS / 1000)} seconds: ${reason}`,
    `${server.log} says more`,
  );
}

/** What files and PostgreSQL refuse is for the user to mend. */
async function explainErrors<Result>(root: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (thrown) {
    if (thrown instanceof UserError || systemErrorCode(thrown) === undefined) throw thrown;
    const { path } = thrown as NodeJS.ErrnoException;
    throw new UserError(
      `can't run PostgreSQL for the project in ${root}: ${systemErrorText(thrown)}` +
        (path === undefined ? "" : ` (${path})`),
      USE_ANOTHER,
    );
  }
}
