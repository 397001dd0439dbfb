/**
 * Who uses the server, told by sessions: each command has one that holds an advisory lock, shared
 * with the others, as long as it lives. However a command ends, its session ends with it.
 *
 * The last one out is who gets the lock for itself after giving up its share; at most one does, and of
 * those who leave at the same time the last to give up its share does. Who comes after that
 * waits for its share until the server has stopped, and so learns that it has to start a new one.
 */
import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, DatabaseError, type ClientConfig } from "pg";
import { UserError } from "../errors.ts";

export interface Session {
  /** Settles when the session has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** Ends the session. The last of all runs `stop` before that. */
  leave(stop: () => Promise<void>): Promise<void>;
}

/** @returns why not, if the server is about to start or to stop */
export async function joinServer(connection: ClientConfig): Promise<Session | string> {
  const socket = new Socket();
  const client = new Client({
    ...connection,
    application_name: "spacer keep-alive",
    connectionTimeoutMillis: PATIENCE_MS,
    lock_timeout: PATIENCE_MS,
    stream: () => socket,
  });
  const ended = new Promise<void>((resolve) => client.once("end", resolve));
  client.on("error", () => undefined); // `end` follows.
  try {
    await client.connect();
    await client.query("select pg_advisory_lock_shared($1, $2)", LOCK);
  } catch (thrown) {
    await client.end().catch(() => undefined);
    const { message } = thrown as Error;
    if (isFinal(thrown)) throw new UserError(`PostgreSQL refuses spacer: ${message}`);
    return message;
  }
  // It is for the command to say how long it lives.
  socket.unref();
  return {
    ended,
    async leave(stop) {
      socket.ref();
      try {
        if (await isLast(client)) await stop();
      } finally {
        await client.end().catch(() => undefined);
      }
    },
  };
}

const PATIENCE_MS = 10_000;

/** Any two numbers that a program in the same database is not likely to lock. */
const LOCK = [0x73706163, 0x65725067];

async function isLast(client: Client): Promise<boolean> {
  try {
    // That the end of the server ends this session is nothing for its log.
    await client.query("set log_min_messages = panic");
    await client.query("select pg_advisory_unlock_shared($1, $2)", LOCK);
    let isLast = await tryLock(client);
    for (let tries = 0; !isLast && tries < 3; tries++) {
      // The session of a command that was just killed ends in a moment.
      await sleep(10);
      isLast = await tryLock(client);
    }
    return isLast;
  } catch (thrown) {
    if (isFinal(thrown)) throw thrown;
    return false; // The server is gone, or going.
  }
}

async function tryLock(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ isLocked: boolean }>(
    'select pg_try_advisory_lock($1, $2) as "isLocked"',
    LOCK,
  );
  return rows[0]?.isLocked === true;
}

/**
 * Whether waiting does not help: PostgreSQL has refused something, and neither for want of resources,
 * nor for a lock, nor because it starts or stops.
 */
function isFinal(thrown: unknown): boolean {
  return thrown instanceof DatabaseError && !/^5[357]/.test(thrown.code ?? "");
}
