/** Takes one event through the functions of its trigger, and tells its lease what became of it. */
import type { Delivery, FailedAttempt, Lease } from "../groups.ts";
import type { CircuitBreaker } from "./circuitBreaker.ts";
import type { PartitionLanes, Work } from "./lanes.ts";
import {
  backoffMs,
  type DispatchEvent,
  type Handle,
  type HandlerOutcome,
  type Trigger,
  type TriggerHandler,
} from "./trigger.ts";
import type { Breather, Turn } from "./turns.ts";

export interface RunnerSurroundings {
  readonly trigger: Trigger;
  readonly handle: Handle;
  readonly onEvent: (event: DispatchEvent) => void;
  /** Of the process: events of which it may die are handled one at a time. */
  readonly careful: Turn;
  readonly breather: Breather;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Whether the breaker stays closed. */
  readonly neverPauses: boolean;
}

export type RunEnd =
  | { readonly kind: "settled" }
  | { readonly kind: "later"; readonly delayMs: number }
  | { readonly kind: "unavailable"; readonly error: string };

const NOT_NOW: RunEnd = { kind: "later", delayMs: 0 };

type FailedOutcome = Extract<HandlerOutcome, { kind: "failed" }>;

/** A failure that does not count is tried again when the breaker lets something through. */
const UNCOUNTED_MS = 100;

const DIED_TEXT = "the process ended while this event was being handled";

export class EventRunner {
  private readonly surroundings: RunnerSurroundings;
  private readonly breaker: CircuitBreaker;

  constructor(surroundings: RunnerSurroundings, breaker: CircuitBreaker) {
    this.surroundings = surroundings;
    this.breaker = breaker;
  }

  toWork(delivery: Delivery): Work {
    const { handlers } = this.surroundings.trigger;
    const found = handlers.findIndex(({ run }) => run === delivery.handler);
    // Attempts of a function that is no longer called count for nothing.
    const attempts = found < 0 && delivery.handler !== undefined ? 0 : delivery.attempts;
    const place = { index: Math.max(0, found), attempts };
    return { delivery, records: [], ...place, known: place };
  }

  async run(lanes: PartitionLanes, work: Work): Promise<RunEnd> {
    const { trigger, onEvent } = this.surroundings;
    const { handlers, topic } = trigger;
    for (
      let handler = handlers[work.index];
      handler !== undefined;
      handler = handlers[work.index]
    ) {
      const end = lanes.isGoing ? await this.callOnce(lanes, work, handler) : NOT_NOW;
      if (end?.kind === "settled") return end;
      if (end !== undefined) {
        this.keepPlace(lanes, work, handler);
        return end;
      }
      work.index++;
      work.attempts = 0;
    }
    lanes.lease.settle(work.delivery, { records: work.records, failure: undefined });
    if (this.breaker.succeeded()) onEvent({ type: "resumed", topic });
    return { kind: "settled" };
  }

  /** Whoever takes over goes on with this function, and with as many attempts as count. */
  private keepPlace({ lease }: PartitionLanes, work: Work, { run }: TriggerHandler): void {
    const { index, attempts, known } = work;
    if (index === known.index && attempts === known.attempts) return;
    work.known = { index, attempts };
    lease.fail(work.delivery, { handler: run, attempts, error: "", traceback: undefined });
  }

  /** @returns `undefined` when the function has done its part. */
  private async callOnce(
    lanes: PartitionLanes,
    work: Work,
    handler: TriggerHandler,
  ): Promise<RunEnd | undefined> {
    const { delivery } = work;
    const { lease } = lanes;
    if (!delivery.isSuspect) return this.call(lease, work, handler);
    // Many were fetched by whoever died. Noted, the next death tells which of them were really being handled.
    const isNoted = delivery.handler !== undefined || delivery.deadLetter !== undefined;
    if (!isNoted) {
      const isBegun = await this.begin(lanes, work, handler, work.attempts);
      return isBegun && lanes.isGoing ? this.call(lease, work, handler) : NOT_NOW;
    }
    const { careful, onEvent } = this.surroundings;
    return careful.run(async () => {
      // Its turn may come late.
      if (!lanes.isGoing) return NOT_NOW;
      // It was begun so often, and each time nobody lived to say how it went.
      if (work.attempts >= handler.attempts) {
        const { event } = delivery;
        const { attempts } = work;
        const failure = { handler: handler.run, error: DIED_TEXT };
        onEvent({ type: "dead", event, ...failure, attempt: attempts, durationMs: 0 });
        return this.bury(lease, work, { ...failure, attempts, traceback: undefined });
      }
      const isBegun = await this.begin(lanes, work, handler, work.attempts + 1);
      return isBegun ? this.call(lease, work, handler) : NOT_NOW;
    });
  }

  /** @returns Whether it is stored: not when the lease was lost. */
  private async begin(
    { lease }: PartitionLanes,
    work: Work,
    { run }: TriggerHandler,
    attempts: number,
  ): Promise<boolean> {
    try {
      await lease.begin(work.delivery, attempts, run);
    } catch {
      return false;
    }
    work.known = { index: work.index, attempts };
    return true;
  }

  private async call(
    lease: Lease,
    work: Work,
    handler: TriggerHandler,
  ): Promise<RunEnd | undefined> {
    const { handle, onEvent } = this.surroundings;
    const { event } = work.delivery;
    const attempt = work.attempts + 1;
    const startMs = performance.now();
    const outcome = await handle({ handler, event, attempt, fence: lease.fence });
    const durationMs = performance.now() - startMs;
    const report = { event, handler: handler.run, attempt, durationMs };
    if (outcome.kind === "unavailable") return outcome;
    if (outcome.kind === "failed") return this.failed(lease, work, handler, outcome, durationMs);
    onEvent({ type: "handled", ...report });
    const { result, appends } = outcome.handled;
    if (result !== undefined || appends.length > 0) {
      work.records.push({ handler: handler.run, result, appends });
    }
    return undefined;
  }

  // eslint-disable-next-line max-params -- all of one call
  private failed(
    lease: Lease,
    work: Work,
    handler: TriggerHandler,
    { error, traceback }: FailedOutcome,
    durationMs: number,
  ): RunEnd {
    const { trigger, onEvent, random } = this.surroundings;
    const { event } = work.delivery;
    // Its effects were refused, or will be; whoever has it now handles it.
    if (!lease.isHeld) return NOT_NOW;
    const attempt = work.attempts + 1;
    if (this.breaker.failed(attempt === 1)) {
      onEvent({ type: "paused", topic: trigger.topic, why: "failing", error });
    }
    const report = { event, handler: handler.run, attempt, durationMs, error };
    if (this.breaker.state !== "closed") {
      onEvent({ type: "failed", ...report, retryMs: UNCOUNTED_MS });
      return { kind: "later", delayMs: UNCOUNTED_MS };
    }
    work.attempts = attempt;
    const failure = { handler: handler.run, attempts: attempt, error, traceback };
    if (attempt >= handler.attempts) {
      onEvent({ type: "dead", ...report });
      return this.bury(lease, work, failure);
    }
    lease.fail(work.delivery, failure);
    work.known = { index: work.index, attempts: attempt };
    const retryMs = backoffMs(handler.backoff, attempt, random());
    onEvent({ type: "failed", ...report, retryMs });
    return { kind: "later", delayMs: retryMs };
  }

  private bury(lease: Lease, work: Work, failure: FailedAttempt): RunEnd {
    lease.settle(work.delivery, { records: work.records, failure });
    return { kind: "settled" };
  }
}
