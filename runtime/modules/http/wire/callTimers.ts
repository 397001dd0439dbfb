/** How long a call may take: all of it, and each of its parts. */
import type { HostClock } from "../../../host.ts";
import { Failure } from "./failure.ts";
import { placeText } from "./openSocket.ts";
import type { RequestPlan } from "./plan.ts";

/** A part of a call that has a timeout of its own. */
export type Phase = "connect" | "headers" | "read";

export interface TimedCall {
  /** The one in force: a redirect brings another one. */
  readonly plan: RequestPlan;
  fail(failure: Failure): void;
}

export class CallTimers {
  private readonly call: TimedCall;
  private readonly clock: HostClock;
  private cancelDeadline: (() => void) | undefined = undefined;
  private cancelPhase: (() => void) | undefined = undefined;

  constructor(call: TimedCall, clock: HostClock) {
    this.call = call;
    this.clock = clock;
  }

  /** The call begins. */
  start(): void {
    const { totalMs } = this.call.plan.timeouts;
    if (totalMs === Infinity) return;
    this.cancelDeadline = this.after(
      totalMs,
      () =>
        `no complete response from ${placeText(this.call.plan.target)} within ${seconds(totalMs)}`,
    );
  }

  /** A part of it begins, and the one before has ended. */
  begin(phase: Phase): void {
    this.cancelPhase?.();
    this.cancelPhase = this.watch(phase);
  }

  /** The last part has ended; the call may go on. */
  endPhase(): void {
    this.cancelPhase?.();
    this.cancelPhase = undefined;
  }

  stop(): void {
    this.endPhase();
    this.cancelDeadline?.();
    this.cancelDeadline = undefined;
  }

  /** Fails the call when a part of it takes too long. @returns Takes it back; `undefined` when it may take for ever. */
  watch(phase: Phase): (() => void) | undefined {
    const delayMs = this.call.plan.timeouts[`${phase}Ms`];
    return delayMs === Infinity ? undefined : this.after(delayMs, () => this.phaseText(phase));
  }

  private after(delayMs: number, text: () => string): () => void {
    // Connections keep a process alive as long as somebody waits for them.
    return this.clock.after(
      delayMs,
      () => {
        this.call.fail(new Failure("timeout", `timeout: ${text()}`));
      },
      true,
    );
  }

  private phaseText(phase: Phase): string {
    const { target, timeouts } = this.call.plan;
    const place = placeText(target);
    const time = seconds(timeouts[`${phase}Ms`]);
    switch (phase) {
      case "connect":
        return `no connection to ${place} within ${time}`;
      case "headers":
        return `no response from ${place} within ${time}`;
      case "read":
        return `nothing more came from ${place} for ${time}`;
    }
  }
}

/** "1 s", "0.5 s" */
function seconds(milliseconds: number): string {
  return `${String(milliseconds / 1000)} s`;
}
