/**
 * What a Lua pattern means (manual 5.4.1), between its text and the functions that match it.
 *
 * In a Lua pattern only single characters repeat, never a capture. So which captures are open,
 * closed or missing at an item depends on the item alone, and all that can be wrong with a pattern
 * is known when it is parsed. But it is an error only when matching gets there: the item
 * `malformed` raises it, in time.
 */
import type { CharacterSet } from "./characterSet.ts";

export interface PatternProgram {
  readonly items: readonly PatternItem[];
  /** In the order of their opening parentheses. */
  readonly captures: readonly CaptureKind[];
  /** Begins with `^`: matches only where the search begins. */
  readonly isAnchored: boolean;
}

/** An unfinished capture is an error for whoever asks for its value. */
export type CaptureKind = "text" | "position" | "unfinished";

export type PatternItem =
  | SingleItem
  /** `(`; of `()` this is all. */
  | { readonly kind: "open"; readonly capture: number }
  | { readonly kind: "close"; readonly capture: number }
  /** `%bxy` */
  | { readonly kind: "balanced"; readonly opening: number; readonly closing: number }
  /** `%f[set]` */
  | { readonly kind: "frontier"; readonly set: CharacterSet }
  /** `%1` */
  | { readonly kind: "repeated"; readonly capture: number }
  /** Matches nothing, not even the empty string: `%1` for a position capture. */
  | { readonly kind: "never" }
  /** `$` */
  | { readonly kind: "end" }
  | { readonly kind: "malformed"; readonly message: string };

/** One character of a set, perhaps repeated. */
export interface SingleItem {
  readonly kind: "single";
  readonly set: CharacterSet;
  readonly repeat: Repeat;
}

/** Nothing, `?`, `*`, `+`, `-`. */
export type Repeat = "once" | "optional" | "many" | "some" | "lazy";

/**
 * A function that finds the first match at or after an offset. Gives the offset at which the match
 * begins, and -1 when there is none. After a match `registers` holds its end, then start and end
 * of each capture; of position captures the start only.
 */
export type Matcher = (subject: string, from: number, registers: Int32Array) => number;

/** Where capture `index` begins in the registers of a `Matcher`; its end comes next. */
export function captureRegister(index: number): number {
  return 1 + 2 * index;
}

/** Whether an item matches at least one character of its set. */
export function isRequired(item: SingleItem): boolean {
  return item.repeat === "once" || item.repeat === "some";
}

/** The end of a `%b` item that begins at an offset; -1 when it does not match. */
export function balancedEnd(
  subject: string,
  start: number,
  opening: number,
  closing: number,
): number {
  if (start >= subject.length || subject.charCodeAt(start) !== opening) return -1;
  let depth = 1;
  for (let offset = start + 1; offset < subject.length; offset++) {
    const code = subject.charCodeAt(offset);
    if (code === closing) {
      if (--depth === 0) return offset + 1;
    } else if (code === opening) {
      depth++;
    }
  }
  return -1;
}
