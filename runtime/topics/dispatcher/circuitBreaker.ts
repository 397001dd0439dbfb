/**
 * Tells events that are at fault from a world that is: when most of the last events failed at their first attempt, what
 * they need is probably not there, and going on would only make dead letters of all.
 *
 * - closed: all goes on.
 * - open: nothing is begun for a while, longer each time.
 * - half-open: one event at a time is tried; the first that succeeds closes it.
 *
 * Only first attempts count for opening: at the end of a day, those that fail may be all that is left.
 */

const WINDOW = 20;
const MIN_OUTCOMES = 10;
const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 30_000;

export class CircuitBreaker {
  state: "closed" | "open" | "half-open" = "closed";
  private readonly onHalfOpen: () => void;
  private readonly neverOpens: boolean;
  private outcomes: boolean[] = [];
  private pauseMs = FIRST_PAUSE_MS;
  private timer: NodeJS.Timeout | undefined = undefined;

  /** @param onHalfOpen The pause is over. @param neverOpens Whatever fails, the world is not at fault. */
  constructor(onHalfOpen: () => void, neverOpens = false) {
    this.onHalfOpen = onHalfOpen;
    this.neverOpens = neverOpens;
  }

  /** @returns Whether that closes it. */
  succeeded(): boolean {
    this.note(true);
    if (this.state === "closed") return false;
    this.stop();
    this.state = "closed";
    this.pauseMs = FIRST_PAUSE_MS;
    this.outcomes = [];
    return true;
  }

  /** @returns Whether that opens it. */
  failed(isFirstAttempt: boolean): boolean {
    if (this.neverOpens) return false;
    if (this.state === "half-open") {
      this.open();
      return false;
    }
    if (isFirstAttempt) this.note(false);
    const failures = this.outcomes.filter((isGood) => !isGood).length;
    const isBad = this.outcomes.length >= MIN_OUTCOMES && failures * 2 > this.outcomes.length;
    if (this.state === "open" || !isFirstAttempt || !isBad) return false;
    this.open();
    return true;
  }

  /** The pause is over now. */
  tryNow(): void {
    if (this.state !== "open") return;
    this.stop();
    this.pauseMs = FIRST_PAUSE_MS;
    this.halfOpen();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private note(isGood: boolean): void {
    this.outcomes.push(isGood);
    if (this.outcomes.length > WINDOW) this.outcomes.shift();
  }

  private open(): void {
    this.state = "open";
    this.timer = setTimeout(() => {
      this.halfOpen();
    }, this.pauseMs);
    this.pauseMs = Math.min(MAX_PAUSE_MS, this.pauseMs * 2);
  }

  private halfOpen(): void {
    this.state = "half-open";
    this.onHalfOpen();
  }
}
