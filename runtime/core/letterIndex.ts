/**
 * Which slot of a hash a letter has, a string of one ASCII character: a list by codes. Programs count letters and keep
 * tries of them; a Map of V8 takes as much room for them, has to grow three times until it does, and is asked by a call.
 */

/** The codes of ASCII. */
const CODES = 128;

/** Of no slots yet; each index begins as a copy. */
const NOTHING: readonly number[] = Array.from({ length: CODES }, () => 0);

export class LetterIndex {
  /** By code: the slot + 1, or 0. */
  private readonly slots = NOTHING.slice();

  /** @returns The slot of a key; `undefined` when it has none. */
  get(key: unknown): number | undefined {
    if (typeof key !== "string" || key.length !== 1) return undefined;
    const slot = this.slots[key.charCodeAt(0)];
    return slot === undefined || slot === 0 ? undefined : slot - 1;
  }

  /** Notes the slot of a key. Whether it is a letter. */
  add(key: unknown, slot: number): boolean {
    if (typeof key !== "string" || key.length !== 1) return false;
    const code = key.charCodeAt(0);
    if (code >= CODES) return false;
    this.slots[code] = slot + 1;
    return true;
  }
}
