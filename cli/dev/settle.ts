/**
 * Turns hints that a file was touched into the states that it settles in.
 *
 * A watcher loses saves that follow each other closely, and a file that is being saved is empty or half
 * written for a moment. So a hint only makes us look, at once and then again and again, until `QUIET_MS`
 * have passed without a change. A content that can be a finished save is reported when it is first seen;
 * one that can't (nothing, or what does not compile) only when it lasts. The last state of any burst is
 * reported in any case. States that are seen together are reported together.
 */

/** When to look again, after the last hint or change: often at first, when it is most likely to matter. */
const LOOKS_AFTER_MS = [1, 2, 4, 7, 11, 16, 22, 30, 40, 55, 75, 100, 135, 180, 250];
/** So long must a content last that can't be a finished save. */
const STABLE_MS = 40;
/** No longer than this after a hint can the watcher lose another save (chokidar: 8 to 50 ms). */
const QUIET_MS = 250;
/** So many files touched at a time are no save but a checkout: their states are reported together. */
const BURST_FILES = 8;
/** A burst is over when no other file is touched for so long, or after the latter. */
const BURST_PAUSE_MS = 20;
const MAX_BURST_MS = 500;

/** Paths, and what is there; `undefined` for nothing. */
export type Contents = ReadonlyMap<string, string | undefined>;

export interface SettlerOptions {
  /** What a file holds, or something that differs when that does; `undefined` when there is no file. */
  readonly read: (path: string) => string | undefined;
  /** Whether a content can be what somebody wanted to save. */
  readonly isPlausible: (path: string, content: string | undefined) => boolean;
  /** Called with files whose content is not what was last reported. */
  readonly onSettled: (contents: Contents) => void;
  /** Nothing is left to look at. */
  readonly onQuiet?: () => void;
  /** What is known, and not to be reported. */
  readonly known?: Contents;
}

export interface Settler {
  /** A file may have changed. */
  hint(path: string): void;
  /** Forgets what is pending; nothing is reported any more. */
  close(): void;
}

interface Pending {
  content: string | undefined;
  isPlausible: boolean;
  /** When the content was last seen to differ from the look before. */
  changedAtMs: number;
  /** The later of the last hint and the last change. */
  touchedAtMs: number;
  /** How many looks there were since. */
  lookCount: number;
}

export function createSettler(options: SettlerOptions): Settler {
  return new HintSettler(options);
}

class HintSettler implements Settler {
  private readonly options: SettlerOptions;
  private readonly pending = new Map<string, Pending>();
  /** The state that was reported last, of each file that ever was. */
  private readonly reported: Map<string, string | undefined>;
  private timer: NodeJS.Timeout | undefined;
  private timerDueMs = Infinity;
  /** When the first and the latest file of a burst were touched. */
  private burstBeganAtMs = 0;
  private newestFileAtMs = -Infinity;
  private isClosed = false;

  constructor(options: SettlerOptions) {
    this.options = options;
    this.reported = new Map(options.known);
  }

  hint(path: string): void {
    if (this.isClosed) return;
    const nowMs = performance.now();
    const file = this.pending.get(path);
    if (file === undefined) {
      if (nowMs - this.newestFileAtMs > BURST_PAUSE_MS) this.burstBeganAtMs = nowMs;
      this.newestFileAtMs = nowMs;
      this.pending.set(path, {
        content: this.reported.get(path),
        isPlausible: true,
        changedAtMs: nowMs,
        touchedAtMs: nowMs,
        lookCount: 0,
      });
    } else {
      file.touchedAtMs = nowMs;
      file.lookCount = 0;
    }
    this.look(path, nowMs);
    // Alone, since many may be pending; what else is due has a timer.
    if (!this.isInBurst(nowMs)) this.report([path], nowMs);
    const touched = this.pending.get(path);
    if (touched !== undefined) this.planFor(dueMs(touched), performance.now());
  }

  close(): void {
    this.isClosed = true;
    this.pending.clear();
    clearTimeout(this.timer);
  }

  private look(path: string, nowMs: number): void {
    const file = this.pending.get(path);
    if (file === undefined) return;
    const { read, isPlausible } = this.options;
    const content = read(path);
    file.lookCount++;
    if (content === file.content) return;
    file.content = content;
    file.changedAtMs = file.touchedAtMs = nowMs;
    file.lookCount = 0;
    file.isPlausible = isPlausible(path, content);
  }

  private lookAtDue(): void {
    this.timer = undefined;
    const nowMs = performance.now();
    for (const [path, file] of this.pending) if (dueMs(file) <= nowMs) this.look(path, nowMs);
    if (!this.isInBurst(nowMs)) this.report([...this.pending.keys()], nowMs);
    for (const [path, file] of this.pending) {
      if (nowMs - file.touchedAtMs >= QUIET_MS && !this.isUnreported(path, file)) {
        this.pending.delete(path);
      }
    }
    if (this.pending.size === 0) this.options.onQuiet?.();
    this.plan(performance.now());
  }

  private report(paths: readonly string[], nowMs: number): void {
    const settled = new Map<string, string | undefined>();
    for (const path of paths) {
      const file = this.pending.get(path);
      if (file === undefined || !this.isUnreported(path, file)) continue;
      if (!file.isPlausible && nowMs - file.changedAtMs < STABLE_MS) continue;
      settled.set(path, file.content);
      this.reported.set(path, file.content);
    }
    if (settled.size > 0) this.options.onSettled(settled);
  }

  private isUnreported(path: string, { content }: Pending): boolean {
    return this.reported.get(path) !== content;
  }

  private isInBurst(nowMs: number): boolean {
    return (
      this.pending.size >= BURST_FILES &&
      nowMs - this.newestFileAtMs < BURST_PAUSE_MS &&
      nowMs - this.burstBeganAtMs < MAX_BURST_MS
    );
  }

  /** Looks again when the first file is due. */
  private plan(nowMs: number): void {
    let firstMs = Infinity;
    for (const file of this.pending.values()) firstMs = Math.min(firstMs, dueMs(file));
    this.planFor(firstMs, nowMs);
  }

  private planFor(firstMs: number, nowMs: number): void {
    if (firstMs === Infinity || this.isClosed) return;
    if (this.timer !== undefined && this.timerDueMs <= firstMs) return;
    clearTimeout(this.timer);
    this.timerDueMs = firstMs;
    this.timer = setTimeout(
      () => {
        this.lookAtDue();
      },
      Math.max(1, firstMs - nowMs),
    );
  }
}

function dueMs({ touchedAtMs, lookCount }: Pending): number {
  return touchedAtMs + (LOOKS_AFTER_MS[lookCount] ?? QUIET_MS);
}
