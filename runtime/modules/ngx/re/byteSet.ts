/** Sets of bytes, and of code points, as PCRE's classes name them. */

/** For each byte 1 when it is in the set, else 0. Never changed once made. */
export type ByteSet = Uint8Array;

/** Code points or bytes: pairs of a first and a last one, ascending, apart from one another. */
export type Ranges = readonly (readonly [first: number, last: number])[];

export const MAX_BYTE = 0xff;
export const MAX_CODE_POINT = 0x10ffff;

/** @param ranges Of bytes. */
export function byteSetOf(ranges: Ranges): ByteSet {
  const set = new Uint8Array(MAX_BYTE + 1);
  for (const [first, last] of ranges) set.fill(1, first, last + 1);
  return set;
}

/** The bytes in a set, as few ranges. */
export function rangesOf(set: ByteSet): Ranges {
  const ranges: [number, number][] = [];
  for (let byte = 0; byte <= MAX_BYTE; byte++) {
    if (set[byte] !== 1) continue;
    const first = byte;
    while (set[byte + 1] === 1) byte++;
    ranges.push([first, byte]);
  }
  return ranges;
}

export function areDisjoint(a: ByteSet, b: ByteSet): boolean {
  return a.every((isIn, byte) => isIn === 0 || b[byte] === 0);
}

export function joinSets(sets: readonly ByteSet[]): ByteSet {
  const joined = new Uint8Array(MAX_BYTE + 1);
  for (const set of sets) set.forEach((isIn, byte) => (joined[byte] = (joined[byte] ?? 0) | isIn));
  return joined;
}

/** In any order, overlapping or not, to what `Ranges` are. */
export function normalize(ranges: Ranges): Ranges {
  const sorted = ranges.toSorted(([a], [b]) => a - b);
  const joined: [number, number][] = [];
  for (const [first, last] of sorted) {
    const before = joined[joined.length - 1];
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else joined.push([first, last]);
  }
  return joined;
}

/** All others up to a maximum. */
export function invert(ranges: Ranges, maximum: number): Ranges {
  const inverted: [number, number][] = [];
  let next = 0;
  for (const [first, last] of normalize(ranges)) {
    if (first > next) inverted.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= maximum) inverted.push([next, maximum]);
  return inverted;
}

const range = (first: string, last = first): readonly [number, number] => [
  first.charCodeAt(0),
  last.charCodeAt(0),
];

const DIGIT = [range("0", "9")];
const LOWER = [range("a", "z")];
const UPPER = [range("A", "Z")];
const ALPHA = [...UPPER, ...LOWER];
const SPACE = [range("\t", "\r"), range(" ")];
const WORD = [...DIGIT, ...UPPER, range("_"), ...LOWER];

/** What `[:name:]` stands for, in C's locale. */
export const POSIX_CLASSES: ReadonlyMap<string, Ranges> = new Map([
  ["alnum", [...DIGIT, ...ALPHA]],
  ["alpha", ALPHA],
  ["ascii", [[0, 0x7f]]],
  ["blank", [range("\t"), range(" ")]],
  ["cntrl", [[0, 0x1f], range("\x7f")]],
  ["digit", DIGIT],
  ["graph", [range("!", "~")]],
  ["lower", LOWER],
  ["print", [range(" ", "~")]],
  ["punct", [range("!", "/"), range(":", "@"), range("[", "`"), range("{", "~")]],
  ["space", SPACE],
  ["upper", UPPER],
  ["word", WORD],
  ["xdigit", [...DIGIT, range("A", "F"), range("a", "f")]],
]);

const HORIZONTAL: Ranges = [
  [0x09, 0x09],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x180e, 0x180e],
  [0x2000, 0x200a],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
];

export const VERTICAL: Ranges = [
  [0x0a, 0x0d],
  [0x85, 0x85],
  [0x2028, 0x2029],
];

/** What `\d`, `\s`, `\w`, `\h` and `\v` stand for. */
export const ESCAPE_CLASSES: ReadonlyMap<string, Ranges> = new Map([
  ["d", DIGIT],
  ["s", SPACE],
  ["w", WORD],
  ["h", HORIZONTAL],
  ["v", VERTICAL],
]);

export const WORD_SET: ByteSet = byteSetOf(WORD);

/** What is left of ranges up to a maximum. */
export function upTo(ranges: Ranges, maximum: number): Ranges {
  return ranges
    .filter(([first]) => first <= maximum)
    .map(([first, last]) => [first, Math.min(last, maximum)]);
}
