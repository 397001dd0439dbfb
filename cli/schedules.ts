/**
 * Appends the events of schedules. Every process of a project does it, and each tick has an idempotency key, so that its
 * event is stored once, whoever comes first.
 *
 * - What the clock says counts, and it is looked at every second: it may be set, and a computer may sleep.
 * - Of ticks that went by meanwhile the last one counts, and those of the last minute: a busy process is late.
 * - A tick is tried again until the next one has come.
 */
import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { LogError, LogRefusal, type LogStorage } from "../runtime/topics/index.ts";
import type { Ticks } from "./cron.ts";
import type { ScheduleConfig } from "./scheduleConfig.ts";
import { theCron } from "./server.lazy.ts";

export interface SchedulesOptions {
  readonly schedules: readonly ScheduleConfig[];
  readonly log: LogStorage;
  /** An event can't be appended, or again. */
  readonly onNotice: (message: string) => void;
  readonly clock?: Clock;
}

export interface Clock {
  /** In milliseconds since 1970. */
  now(): number;
  /** Resolves also when it is aborted. */
  sleep(timeMs: number, signal: AbortSignal): Promise<void>;
}

export interface Schedules {
  /** Begins nothing more, and waits for what is in progress. */
  close(): Promise<void>;
}

/** Begins with the first ticks after now. */
export function startSchedules(options: SchedulesOptions): Schedules {
  const running = options.schedules.map((schedule) => new RunningSchedule(schedule, options));
  return {
    close: async () => {
      await Promise.all(running.map((schedule) => schedule.close()));
    },
  };
}

/** How long it takes at most to notice that the clock was set. */
const LOOK_MS = 1000;
/** Ticks that are late by less all count. */
const LATE_MS = 60_000;
const RETRY_MS = 1000;

const realClock: Clock = {
  now: Date.now,
  sleep: (timeMs, signal) => delay(timeMs, undefined, { signal }).catch(() => undefined),
};

class RunningSchedule {
  private readonly schedule: ScheduleConfig;
  private readonly options: SchedulesOptions;
  private readonly clock: Clock;
  private readonly ticks: Ticks;
  /** In milliseconds since 1970, as all ticks. */
  private readonly dueTicks: number[] = [];
  private readonly running: Promise<void>;
  private readonly stop = new AbortController();
  private appending: Promise<void> | undefined = undefined;
  private isFailing = false;
  /** Ticks given up since it is failing. */
  private lostTicks = 0;

  constructor(schedule: ScheduleConfig, options: SchedulesOptions) {
    this.schedule = schedule;
    this.options = options;
    this.clock = options.clock ?? realClock;
    this.ticks = theCron().ticksOf(schedule.cron, schedule.timezone);
    this.running = this.run();
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stop;
    let seenMs = this.clock.now();
    while (!signal.aborted) {
      const nowMs = this.clock.now();
      // When it was set back, ticks come anew; those that have been are known by their keys.
      this.dueTicks.push(...this.ticksBetween(Math.min(seenMs, nowMs), nowMs));
      seenMs = nowMs;
      if (this.dueTicks.length > 0) this.appending ??= this.appendDue();
      const nextMs = this.ticks.after(nowMs) ?? Infinity;
      await this.clock.sleep(Math.min(nextMs - nowMs, LOOK_MS), signal);
    }
    await this.appending;
  }

  /** Those after one time up to another that count. */
  private ticksBetween(fromMs: number, toMs: number): number[] {
    const late: number[] = [];
    let tick = this.ticks.after(Math.max(fromMs, toMs - LATE_MS));
    while (tick !== undefined && tick <= toMs) {
      late.push(tick);
      tick = this.ticks.after(tick);
    }
    const last = late.length > 0 || toMs - fromMs <= LATE_MS ? undefined : this.ticks.upTo(toMs);
    return last !== undefined && last > fromMs ? [last] : late;
  }

  private async appendDue(): Promise<void> {
    for (let tick = this.dueTicks.shift(); tick !== undefined; tick = this.dueTicks.shift()) {
      const isTooLate = this.isSuperseded() && tick < this.clock.now() - LATE_MS;
      if (isTooLate) this.lostTicks++;
      else await this.append(tick);
    }
    this.appending = undefined;
  }

  /** Tries until it succeeds, or there is no point in it any more. */
  private async append(tick: number): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted) {
      try {
        await this.store(new Date(tick).toISOString());
        this.tellSuccess();
        return;
      } catch (thrown) {
        this.tellFailure(thrown);
        if (thrown instanceof LogRefusal || this.isSuperseded()) {
          this.lostTicks++;
          return;
        }
      }
      await this.clock.sleep(RETRY_MS, signal);
    }
  }

  private isSuperseded(): boolean {
    return this.dueTicks.length > 0;
  }

  private store(scheduledAt: string): Promise<void> {
    const { topic, key, value } = this.schedule;
    return this.options.log.append(topic, [{ key, value }], {
      headers: { producer: "schedule", "scheduled-at": scheduledAt },
      idempotencyKey: `schedule ${this.identity} ${scheduledAt}`,
    });
  }

  /** The same in all processes, and also when the value is changed: each tick has one event. */
  private get identity(): string {
    const { cron, timezone, key } = this.schedule;
    return createHash("sha256")
      .update(JSON.stringify([cron, timezone, key]))
      .digest("hex");
  }

  private tellFailure(thrown: unknown): void {
    if (this.isFailing) return;
    this.isFailing = true;
    const reason = thrown instanceof LogError ? thrown.text : String(thrown);
    this.tell(`can't append: ${reason}`);
  }

  private tellSuccess(): void {
    if (!this.isFailing) return;
    const lost = this.lostTicks === 0 ? "" : `; times given up: ${String(this.lostTicks)}`;
    this.tell(`appends again${lost}`);
    this.isFailing = false;
    this.lostTicks = 0;
  }

  private tell(what: string): void {
    const { cron, topic } = this.schedule;
    this.options.onNotice(`the schedule '${cron}' for topic '${topic}' ${what}`);
  }
}
