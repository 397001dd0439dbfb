/** What is to be done with the events of a topic, and what the dispatcher asks for and tells. */
import type { Fence, Handled, StartPosition } from "../groups.ts";
import type { StoredEvent } from "../storage.ts";

export interface Trigger {
  readonly topic: string;
  /** Where a new group begins. */
  readonly from: StartPosition;
  /** Of so many keys events are handled at the same time, in each process. */
  readonly concurrency: number;
  /** In the order in which they are called. */
  readonly handlers: readonly TriggerHandler[];
}

export interface TriggerHandler {
  /** The function. */
  readonly run: string;
  /** So often it is tried; then the event becomes a dead letter. */
  readonly attempts: number;
  readonly backoff: Backoff;
  /** `undefined` for that of all functions. */
  readonly timeoutMs: number | undefined;
}

/** How long to wait before the next attempt. */
export interface Backoff {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
}

export const DEFAULT_TRIGGER = {
  from: "earliest",
  concurrency: 16,
  attempts: 5,
  backoff: { firstMs: 1000, factor: 2, maxMs: 5 * 60_000 },
} as const satisfies Partial<Trigger> & Partial<TriggerHandler>;

export interface HandlerCall {
  readonly handler: TriggerHandler;
  readonly event: StoredEvent;
  /** From 1. */
  readonly attempt: number;
  /** On whose behalf the function appends. */
  readonly fence: Fence | undefined;
}

export type HandlerOutcome =
  | { readonly kind: "done"; readonly handled: Omit<Handled, "handler"> }
  | { readonly kind: "failed"; readonly error: string; readonly traceback: string | undefined }
  /** There is no such function, or it can't be loaded: nothing was tried. */
  | { readonly kind: "unavailable"; readonly error: string };

/** Calls a function. Rejects with nothing but bugs of ours. */
export type Handle = (call: HandlerCall) => Promise<HandlerOutcome>;

/** All that can happen to events, for whoever shows it. */
export type DispatchEvent =
  | ({ readonly type: "handled" } & CallReport)
  | ({ readonly type: "failed"; readonly error: string; readonly retryMs: number } & CallReport)
  | ({ readonly type: "dead"; readonly error: string } & CallReport)
  /** Nothing of the topic is handled for a while. */
  | {
      readonly type: "paused";
      readonly topic: string;
      readonly why: "unavailable" | "failing";
      readonly error: string;
    }
  | { readonly type: "resumed"; readonly topic: string }
  /** The log can't be reached; `undefined`: it can again. */
  | { readonly type: "problem"; readonly error: Error | undefined }
  | { readonly type: "bug"; readonly thrown: unknown };

export interface CallReport {
  readonly event: StoredEvent;
  readonly handler: string;
  readonly attempt: number;
  readonly durationMs: number;
}

/** @param attempts How many there were. @param random From 0 to 1. */
export function backoffMs(backoff: Backoff, attempts: number, random: number): number {
  const { firstMs, factor, maxMs } = backoff;
  const longest = Math.min(maxMs, firstMs * factor ** (attempts - 1));
  // Apart from each other, lest all that failed together come back together.
  return longest * (0.5 + random / 2);
}
