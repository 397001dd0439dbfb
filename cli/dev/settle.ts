/**
 * Turns hints that a file was touched into its settled states.
 *
 * A watcher loses saves that follow each other closely, and a file that is being saved is empty or
 * half written for a moment. So a hint only makes us look, again and again, until the content has
 * not changed for `QUIET_MS`: a state that lasts `STABLE_MS` is reported, and the last state of any
 * burst is reported in any case.
 */

/** Pause between two looks. */
const LOOK_MS = 5;
/** A content that lasts so long, and so many looks, is taken for a finished save. */
const STABLE_MS = 15;
const STABLE_LOOKS = 3;
/** No longer than this after a hint can the watcher lose another save (chokidar: 8 to 50 ms). */
const QUIET_MS = 250;

export interface Settler {
  /** A file may have changed. */
  hint(path: string): void;
  /** Forgets what is pending; nothing is reported any more. */
  close(): void;
}

export interface SettlerOptions {
  /** Something that differs when the content does; `undefined` when there is no such file. */
  readonly fingerprint: (path: string) => string | undefined;
  /** Called with files whose content is not what was last reported. */
  readonly onSettled: (paths: readonly string[]) => void;
}

interface Pending {
  fingerprint: string | undefined;
  /** When the content was last seen to differ from the look before. */
  changedAtMs: number;
  /** Looks since then; a busy process may take long between two. */
  lookCount: number;
  hintedAtMs: number;
}

export function createSettler({ fingerprint, onSettled }: SettlerOptions): Settler {
  const pending = new Map<string, Pending>();
  /** The state that was reported last, of each file that ever was. */
  const reported = new Map<string, string | undefined>();
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    const settled: string[] = [];
    for (const [path, file] of pending) {
      const nowMs = performance.now();
      const now = fingerprint(path);
      if (now !== file.fingerprint) {
        file.fingerprint = now;
        file.changedAtMs = nowMs;
        file.lookCount = 0;
        continue;
      }
      file.lookCount++;
      const isNew = !reported.has(path) || reported.get(path) !== now;
      const isStable = nowMs - file.changedAtMs >= STABLE_MS && file.lookCount >= STABLE_LOOKS;
      if (isNew && isStable) {
        reported.set(path, now);
        settled.push(path);
      }
      if (nowMs - Math.max(file.changedAtMs, file.hintedAtMs) >= QUIET_MS) pending.delete(path);
    }
    timer = pending.size === 0 ? undefined : setTimeout(look, LOOK_MS);
    if (settled.length > 0) onSettled(settled);
  }

  return {
    hint(path) {
      const nowMs = performance.now();
      const known = pending.get(path);
      if (known !== undefined) known.hintedAtMs = nowMs;
      else {
        const file = {
          fingerprint: fingerprint(path),
          changedAtMs: nowMs,
          lookCount: 0,
          hintedAtMs: nowMs,
        };
        pending.set(path, file);
      }
      timer ??= setTimeout(look, LOOK_MS);
    },
    close() {
      pending.clear();
      clearTimeout(timer);
    },
  };
}
