/**
 * Which slot of a hash a letter has, a string of one ASCII character: a list by codes. Programs count letters and keep
 * tries of them; a Map of V8 takes as much room for them, has to grow three times until it does, and is asked by a call.
 */

/** The codes of ASCII. */
const CODES = 128;

/** Of no slots yet; each index begins as a copy. */
const NOTHING: readonly number[] = Array.from({ length: CODES }, () => 0);

/** Whether a key is a letter. */
export function isLetter(key: unknown): key is string {
  return typeof key === "string" && key.length === 1 && key.charCodeAt(0) < CODES;
}

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
    if (!isLetter(key)) return false;
    this.slots[key.charCodeAt(0)] = slot + 1;
    return true;
  }
}
