/**
 * The clock of a test: that of the machine until the test stops it, sets it, or lets time pass at once.
 *
 * - `set` changes what time it is, as somebody does who sets a clock: timers keep the time that they have left.
 * - `advance` lets time pass: timers run when they are due, in order, each at its own time.
 * - A clock that stands goes on by itself where nothing else can: when the process has been quiet for a moment and there
 *   is code that sleeps, up to the end of the shortest sleep. So what waits for such code does not wait for ever.
 *   Timers in the background (timeouts, `ngx.timer`) never make it go on.
 */
import type { HostClock } from "../host.ts";

interface Timer {
  /** As this clock tells time. */
  dueMs: number;
  readonly callback: () => void;
  readonly isBackground: boolean;
  /** Takes back the timer of the machine; there is none while the clock stands. */
  stop: (() => void) | undefined;
}

/** How often it is looked whether all is quiet, and how often in turn nothing must have happened. */
const LOOK_MS = 1;
const QUIET_LOOKS = 5;
/** So many turns of the event loop a callback gets for what it begins. */
const TURNS = 8;

export class TestClock implements HostClock {
  private readonly machine: HostClock;
  /** By how much this clock is ahead while it goes. */
  private aheadMs = 0;
  /** Where it stands. */
  private frozenMs: number | undefined = undefined;
  /** In the order in which they were started. */
  private readonly timers = new Set<Timer>();
  /** How often somebody asked something of it. */
  private activity = 0;
  /** How often it was set. */
  private changes = 0;
  private isWatching = false;
  /** Those who let time pass, one after the other. */
  private advancing: Promise<void> | undefined = undefined;
  /** Callbacks that are to run as soon as possible. */
  private immediateCount = 0;

  constructor(machine: HostClock) {
    this.machine = machine;
  }

  get isFrozen(): boolean {
    return this.frozenMs !== undefined;
  }

  nowMs(): number {
    this.activity++;
    return this.timeMs();
  }

  steadyMs(): number {
    return this.machine.nowMs();
  }

  cpuSeconds(): number {
    return this.machine.cpuSeconds();
  }

  after(delayMs: number, callback: () => void, isBackground: boolean): () => void {
    this.activity++;
    if (delayMs <= 0) return this.atOnce(callback, isBackground);
    const dueMs = this.timeMs() + delayMs;
    const timer: Timer = { dueMs, callback, isBackground, stop: undefined };
    this.timers.add(timer);
    this.arm(timer);
    this.watch();
    return () => {
      this.remove(timer);
    };
  }

  /** Stops the clock. @param timeMs At this time, since 1970; as it is when left out. */
  freeze(timeMs = this.timeMs()): void {
    this.change(() => {
      this.frozenMs = timeMs;
    });
    this.watch();
  }

  /** Sets the clock, whether it stands or goes. */
  set(timeMs: number): void {
    this.change(() => {
      if (this.isFrozen) this.frozenMs = timeMs;
      else this.aheadMs = timeMs - this.machine.nowMs();
    });
  }

  /** It is the clock of the machine again. */
  reset(): void {
    if (!this.isFrozen && this.aheadMs === 0) return;
    this.change(() => {
      this.frozenMs = undefined;
      this.aheadMs = 0;
    });
  }

  /** Resolves when so much time has passed, and what was due meanwhile has run up to where it waits. */
  advance(durationMs: number): Promise<void> {
    const before = this.advancing ?? Promise.resolve();
    const advanced = before.then(() => this.pass(durationMs));
    const ended = advanced.catch(() => undefined);
    this.advancing = ended;
    void ended.then(() => {
      if (this.advancing === ended) this.advancing = undefined;
      this.watch();
    });
    return advanced;
  }

  /** Nothing that waits for it goes on any more. */
  close(): void {
    for (const timer of [...this.timers]) this.remove(timer);
  }

  /** Resolves when nothing is left that is to run as soon as possible. */
  async settle(): Promise<void> {
    do await this.takeTurns();
    while (this.immediateCount > 0);
  }

  private timeMs(): number {
    return this.frozenMs ?? this.machine.nowMs() + this.aheadMs;
  }

  private atOnce(callback: () => void, isBackground: boolean): () => void {
    this.immediateCount++;
    let isOpen = true;
    const close = (): void => {
      if (isOpen) this.immediateCount--;
      isOpen = false;
    };
    const stop = this.machine.after(
      0,
      () => {
        close();
        callback();
      },
      isBackground,
    );
    return () => {
      close();
      stop();
    };
  }

  private arm(timer: Timer): void {
    if (this.isFrozen) return;
    const leftMs = Math.max(0, timer.dueMs - this.timeMs());
    timer.stop = this.machine.after(
      leftMs,
      () => {
        this.run(timer);
      },
      timer.isBackground,
    );
  }

  private run(timer: Timer): void {
    this.remove(timer);
    timer.callback();
  }

  private remove(timer: Timer): void {
    this.activity++;
    timer.stop?.();
    this.timers.delete(timer);
  }

  /** Changes what time it is. Timers keep what they have left. */
  private change(change: () => void): void {
    const beforeMs = this.timeMs();
    this.changes++;
    change();
    const shiftMs = this.timeMs() - beforeMs;
    for (const timer of this.timers) {
      timer.stop?.();
      timer.stop = undefined;
      timer.dueMs += shiftMs;
      this.arm(timer);
    }
  }

  private async pass(durationMs: number): Promise<void> {
    const endMs = this.timeMs() + durationMs;
    const { changes } = this;
    // What was begun just now may start a timer.
    await this.settle();
    for (;;) {
      // Somebody has set the clock: the time that was to pass is another one.
      if (changes !== this.changes) return;
      const timer = this.nextTimer(() => true);
      if (timer === undefined || timer.dueMs > endMs) break;
      this.runDue(timer);
      await this.settle();
    }
    this.goTo(endMs);
  }

  private runDue(timer: Timer): void {
    this.goTo(timer.dueMs);
    this.run(timer);
  }

  /** Lets time pass without running anything. It never goes back. */
  private goTo(timeMs: number): void {
    const aheadMs = timeMs - this.timeMs();
    if (aheadMs <= 0) return;
    if (this.frozenMs !== undefined) {
      this.frozenMs = timeMs;
      return;
    }
    this.aheadMs += aheadMs;
    for (const timer of this.timers) {
      timer.stop?.();
      this.arm(timer);
    }
  }

  private nextTimer(isWanted: (timer: Timer) => boolean): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.timers) {
      if (isWanted(timer) && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  }

  /** Sees to it that code does not sleep for ever. */
  private watch(): void {
    if (this.isWatching || !this.isStuck()) return;
    this.isWatching = true;
    let seen = this.activity;
    let quietLooks = 0;
    const look = (): void => {
      if (!this.isStuck()) {
        this.isWatching = false;
        return;
      }
      quietLooks = seen === this.activity && this.advancing === undefined ? quietLooks + 1 : 0;
      seen = this.activity;
      if (quietLooks >= QUIET_LOOKS) {
        quietLooks = 0;
        // One after the other: what the first one does may end the sleep of the others.
        const next = this.nextTimer(() => true);
        if (next !== undefined) this.runDue(next);
      }
      this.machine.after(LOOK_MS, look, false);
    };
    this.machine.after(LOOK_MS, look, false);
  }

  /** Whether code sleeps while the clock stands. */
  private isStuck(): boolean {
    return this.isFrozen && this.nextTimer(({ isBackground }) => !isBackground) !== undefined;
  }

  private async takeTurns(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) {
      await new Promise<void>((resolve) => {
        this.machine.after(0, resolve, false);
      });
    }
  }
}
