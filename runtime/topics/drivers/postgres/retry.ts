/** Tries again when a connection breaks or the server restarts, for some time. */
import { setTimeout as delay } from "node:timers/promises";
import { LogError } from "../../storage.ts";

/** How long it is tried for. */
const MAX_RETRY_MS = 15_000;
const FIRST_DELAY_MS = 20;
const MAX_DELAY_MS = 1000;

/**
 * Runs something that may be run twice.
 *
 * @throws LogError when the log can't be reached; errors that PostgreSQL reports as they are
 */
export async function retrying<Result>(run: () => Promise<Result>): Promise<Result> {
  const startMs = performance.now();
  for (let attempt = 0; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (!isConnectionFailure(error)) throw error;
      if (performance.now() - startMs > MAX_RETRY_MS) {
        throw new LogError(`the event log can't be reached: ${messageOf(error)}`);
      }
    }
    // At different times, lest all come back at once.
    await delay(Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt) * (0.5 + Math.random() / 2));
  }
}

/**
 * The connection broke, or the server is starting or stopping: who knows whether the commit went through.
 * Errors that PostgreSQL itself reports have a severity; those of sockets and of `pg` have none.
 * Two transactions that waited for each other count as well: one was undone, and can be run again.
 */
export function isConnectionFailure(error: unknown): boolean {
  const isReported = error instanceof Error && "severity" in error;
  return !isReported || /^(?:08...|57P0[123]|40P01)$/.test(codeOf(error));
}

/** The SQLSTATE of an error. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : "";
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
