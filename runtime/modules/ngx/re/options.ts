/** The options of `ngx.re` functions, and those that a pattern sets for a part of itself. */
import { callerError } from "../../../stdlib/arguments.ts";

/** What can change within a pattern: `(?i)`. */
export interface Flags {
  readonly ignoresCase: boolean;
  readonly isMultiline: boolean;
  readonly isDotAll: boolean;
  /** Blanks and comments are left out. */
  readonly isExtended: boolean;
  /** Blanks in classes, too. */
  readonly isExtendedMore: boolean;
  /** Only groups with names capture. */
  readonly isWithoutCaptures: boolean;
  /** What is greedy becomes lazy, and the other way round. */
  readonly isUngreedy: boolean;
}

export interface Options {
  readonly flags: Flags;
  /** Matches begin where the search does. */
  readonly isAnchored: boolean;
  /** Groups may share a name. */
  readonly hasDuplicateNames: boolean;
  /** References to groups that did not match are empty. */
  readonly isLikeJavaScript: boolean;
  /** The longest match is wanted, without groups. */
  readonly isLongest: boolean;
  readonly isUtf8: boolean;
  /** Whether what is searched is known to be UTF-8. */
  readonly isChecked: boolean;
}

const LETTERS = /^[adDijJmosuUx]*/;

const known = new Map<string, Options>();

/** @throws LuaError 'unknown flag "z" (flags "jz")' */
export function readOptions(text: string): Options {
  let options = known.get(text);
  if (options === undefined) {
    const accepted = LETTERS.exec(text)?.[0].length ?? 0;
    if (accepted < text.length) {
      const letter = text.charAt(accepted);
      return callerError(`unknown flag "${letter}" (flags "${text}")`);
    }
    options = optionsOf(text);
    known.set(text, options);
  }
  return options;
}

function optionsOf(text: string): Options {
  const has = (letter: string) => text.includes(letter);
  return {
    flags: {
      ignoresCase: has("i"),
      isMultiline: has("m"),
      isDotAll: has("s"),
      isExtended: has("x"),
      isExtendedMore: false,
      isWithoutCaptures: false,
      isUngreedy: false,
    },
    isAnchored: has("a"),
    hasDuplicateNames: has("D"),
    isLikeJavaScript: has("J"),
    isLongest: has("d"),
    isUtf8: has("u") || has("U"),
    isChecked: has("U"),
  };
}
