/** Classes of characters in brackets. */
import {
  invert,
  MAX_BYTE,
  MAX_CODE_POINT,
  normalize,
  POSIX_CLASSES,
  upTo,
  type Ranges,
} from "./byteSet.ts";
import { readCode, readSet } from "./escapes.ts";
import { withOtherCases } from "./letterCase.ts";
import type { Reader } from "./reader.ts";

export interface ClassOptions {
  readonly ignoresCase: boolean;
  readonly isUtf8: boolean;
  /** Whether blanks and tabs are left out: `(?xx)`. */
  readonly skipsBlanks: boolean;
}

/** The characters of a class. The opening bracket has been read. @throws RegexError */
export function readClass(reader: Reader, options: ClassOptions): Ranges {
  const isInverted = reader.take("^");
  const characters: (readonly [number, number])[] = [];
  const sets: (readonly [number, number])[] = [];
  const state = { isQuoted: false };
  // A closing bracket that comes first is a character.
  for (let isFirst = true; ; isFirst = false) {
    skipQuotes(reader, state);
    if (reader.isAtEnd) return reader.fail("missing terminating ] for character class");
    if (!state.isQuoted) {
      if (reader.next === "]" && !isFirst) break;
      if (options.skipsBlanks && /[ \t]/.test(reader.next)) {
        reader.offset++;
        continue;
      }
    }
    const item = readItem(reader, options, state);
    if (typeof item === "number") characters.push(readRange(reader, options, state, item));
    else {
      sets.push(...item);
      if (!state.isQuoted && reader.next === "-" && /-[^\]]/y.test(reader.rest(2))) {
        return reader.fail("invalid range in character class", reader.offset);
      }
    }
  }
  reader.offset++;
  const maximum = options.isUtf8 ? MAX_CODE_POINT : MAX_BYTE;
  // The case of characters is ignored; sets such as `\W` are what they are.
  const cased = options.ignoresCase ? withOtherCases(characters, options.isUtf8) : characters;
  const ranges = upTo(normalize([...cased, ...sets]), maximum);
  return isInverted ? invert(ranges, maximum) : ranges;
}

interface QuoteState {
  /** Behind `\Q`. */
  isQuoted: boolean;
}

function skipQuotes(reader: Reader, state: QuoteState): void {
  for (;;) {
    if (reader.take("\\E")) state.isQuoted = false;
    else if (!state.isQuoted && reader.take("\\Q")) state.isQuoted = true;
    else return;
  }
}

/** A character, or a set of some. */
function readItem(reader: Reader, options: ClassOptions, state: QuoteState): number | Ranges {
  if (state.isQuoted) return readCharacter(reader, options.isUtf8);
  const posix = readPosixClass(reader, options);
  if (posix !== undefined) return posix;
  if (!reader.take("\\")) return readCharacter(reader, options.isUtf8);
  if (reader.isAtEnd) return reader.fail("\\ at end of pattern");
  const set = readSet(reader, options.isUtf8);
  if (set !== undefined) return set;
  if (reader.take("b")) return 0x08;
  if (/[BRX]/.test(reader.next)) {
    return reader.fail("escape sequence is invalid in character class", reader.offset);
  }
  if (reader.next === "N" && reader.text[reader.offset + 1] !== "{") {
    return reader.fail("\\N is not supported in a class", reader.offset);
  }
  if (/[89]/.test(reader.next)) return reader.read().charCodeAt(0);
  return readCode(reader, options.isUtf8, true);
}

/** What follows the first character of what may be a range. */
function readRange(
  reader: Reader,
  options: ClassOptions,
  state: QuoteState,
  first: number,
): readonly [number, number] {
  skipQuotes(reader, state);
  const start = reader.offset;
  if (state.isQuoted || !reader.take("-")) return [first, first];
  skipQuotes(reader, state);
  const isQuoted = (): boolean => state.isQuoted;
  if (reader.next === "]" && !isQuoted()) {
    reader.offset = start;
    return [first, first];
  }
  if (reader.isAtEnd) return reader.fail("missing terminating ] for character class");
  const place = reader.offset;
  const last = readItem(reader, options, state);
  if (typeof last !== "number") {
    const isPosix = reader.text[place] === "[";
    return reader.fail("invalid range in character class", isPosix ? place + 1 : reader.offset);
  }
  if (last < first) return reader.fail("range out of order in character class", reader.offset - 1);
  return [first, last];
}

function readPosixClass(reader: Reader, options: ClassOptions): Ranges | undefined {
  const start = reader.offset;
  const match = reader.match(/\[([:.=])(\^?)([a-z]*)\1\]/y);
  if (match === undefined) return undefined;
  const [, kind, inversion, name = ""] = match;
  if (kind !== ":") return reader.fail("POSIX collating elements are not supported", start);
  const set = POSIX_CLASSES.get(name);
  if (set === undefined) return reader.fail("unknown POSIX class name", start + 2);
  const isCased = options.ignoresCase && (name === "lower" || name === "upper");
  const cased = isCased ? (POSIX_CLASSES.get("alpha") ?? set) : set;
  return inversion === "^" ? invert(cased, options.isUtf8 ? MAX_CODE_POINT : MAX_BYTE) : cased;
}

/** The character that comes next, of one byte or, in UTF-8, of several. */
export function readCharacter(reader: Reader, isUtf8: boolean): number {
  const lead = reader.read().charCodeAt(0);
  if (!isUtf8 || lead < 0xc0) return lead;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  let code = lead & (0x7f >>> length);
  for (let index = 1; index < length; index++) {
    code = (code << 6) | (reader.read().charCodeAt(0) & 0x3f);
  }
  return code;
}
