/** What becomes of dead letters that were redriven. */
import { setTimeout as sleep } from "node:timers/promises";
import type { DeadLetter, LogStorage } from "../../runtime/topics/index.ts";

export interface Fate {
  readonly letter: DeadLetter;
  /** Of the new try; `undefined` when it is no dead letter any more. */
  readonly failed: DeadLetter | undefined;
}

const POLL_MS = 200;

/**
 * Yields each letter once it is settled, until all are or the signal is aborted. A letter remains one until it is
 * handled; when it fails again it is no longer redriven.
 *
 * @throws LogError
 */
export async function* awaitLetters(
  { groups }: LogStorage,
  letters: readonly DeadLetter[],
  signal: AbortSignal,
): AsyncGenerator<Fate> {
  const waiting = new Map(letters.map((letter) => [letter.id, letter]));
  for (;;) {
    for (const fate of await settled(groups, waiting)) {
      waiting.delete(fate.letter.id);
      yield fate;
    }
    if (waiting.size === 0 || signal.aborted) return;
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function settled(
  groups: LogStorage["groups"],
  waiting: ReadonlyMap<string, DeadLetter>,
): Promise<readonly Fate[]> {
  const ids = [...waiting.keys()];
  const group = [...waiting.values()][0]?.group ?? "";
  const present = await groups.deadLetters({ group, ids, limit: ids.length });
  const byId = new Map(present.map((letter) => [letter.id, letter]));
  return [...waiting.values()].flatMap((letter) => {
    const now = byId.get(letter.id);
    return now?.isRedriven === true ? [] : [{ letter, failed: now }];
  });
}
