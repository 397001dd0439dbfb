/** Tries again what may go through later, for some time. */
import { setTimeout as delay } from "node:timers/promises";
import { LogError } from "../../storage.ts";
import { isKind, KafkaError } from "./client.ts";

const MAX_RETRY_MS = 15_000;
const FIRST_DELAY_MS = 20;
const MAX_DELAY_MS = 1000;

/** Waits longer each time, and never as long as others do. */
export class BackOff {
  private attempt = 0;

  async wait(): Promise<void> {
    const delayMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** this.attempt++);
    await delay(delayMs * (0.5 + Math.random() / 2));
  }

  reset(): void {
    this.attempt = 0;
  }
}

/**
 * Runs something that may be run twice.
 *
 * @throws KafkaError what can't be helped by waiting; LogError "the event log can't be reached"
 */
export async function retrying<Result>(run: () => Promise<Result>): Promise<Result> {
  const startMs = performance.now();
  const backOff = new BackOff();
  for (;;) {
    try {
      return await run();
    } catch (error) {
      // A topic that was just made is not known everywhere at once.
      if (!isKind(error, "again", "unknownTopic")) throw error;
      if (performance.now() - startMs > MAX_RETRY_MS) throw toLogError(error);
    }
    await backOff.wait();
  }
}

/** As `retrying`, with errors that a user of the log can understand. @throws LogError */
export async function asking<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await retrying(run);
  } catch (error) {
    throw toLogError(error);
  }
}

/** Leaves errors that are not Kafka's as they are. */
export function toLogError(error: unknown): unknown {
  if (!(error instanceof KafkaError)) return error;
  switch (error.kind) {
    case "again":
    case "unknownTopic":
      return new LogError(`the event log can't be reached: ${error.message}`);
    case "denied":
      return new LogError(`Kafka denies access: ${error.message}`);
    case "unsupported":
      return new LogError(`this Kafka can't do that: ${error.message}`);
    default:
      return new LogError(`the event log refuses this: ${error.message}`);
  }
}
