/**
 * Sets of bytes: what one pattern item can match (manual 5.4.1, "Character Class"). All classes are
 * those of the C locale.
 */

const BYTE_COUNT = 256;

export interface CharacterSet {
  /** 1 at each byte of the set, else 0. */
  readonly members: Uint8Array;
  /** The ranges the set consists of, ascending, both ends included. */
  readonly ranges: readonly CharacterRange[];
}

export type CharacterRange = readonly [first: number, last: number];

/** The ranges of each class letter, as LuaJIT has them; `g` and `z` included. */
const CLASS_RANGES: Readonly<Record<string, readonly CharacterRange[]>> = {
  a: [
    [65, 90],
    [97, 122],
  ],
  c: [
    [0, 31],
    [127, 127],
  ],
  d: [[48, 57]],
  g: [[33, 126]],
  l: [[97, 122]],
  p: [
    [33, 47],
    [58, 64],
    [91, 96],
    [123, 126],
  ],
  s: [
    [9, 13],
    [32, 32],
  ],
  u: [[65, 90]],
  w: [
    [48, 57],
    [65, 90],
    [97, 122],
  ],
  x: [
    [48, 57],
    [65, 70],
    [97, 102],
  ],
  z: [[0, 0]],
};

/** Every byte: the pattern item `.`. */
export const ALL_CHARACTERS = fromMembers(new Uint8Array(BYTE_COUNT).fill(1));

const literalSets: CharacterSet[] = [];

/** The set of one byte. */
export function literalSet(code: number): CharacterSet {
  return (literalSets[code] ??= fromRanges([[code, code]]));
}

const escapedSets: CharacterSet[] = [];

/** What `%` and this byte stand for: a class, the complement of one, or the byte itself. */
export function escapedSet(code: number): CharacterSet {
  return (escapedSets[code] ??= makeEscapedSet(code));
}

function makeEscapedSet(code: number): CharacterSet {
  const letter = String.fromCharCode(code);
  const ranges = CLASS_RANGES[letter];
  if (ranges !== undefined) return fromRanges(ranges);
  const complemented = CLASS_RANGES[letter.toLowerCase()];
  if (complemented === undefined) return literalSet(code);
  return fromMembers(fromRanges(complemented).members.map((isMember) => 1 - isMember));
}

export function fromMembers(members: Uint8Array): CharacterSet {
  const ranges: CharacterRange[] = [];
  for (let code = 0; code < BYTE_COUNT; code++) {
    if (members[code] !== 1) continue;
    const first = code;
    while (members[code + 1] === 1) code++;
    ranges.push([first, code]);
  }
  return { members, ranges };
}

function fromRanges(ranges: readonly CharacterRange[]): CharacterSet {
  const members = new Uint8Array(BYTE_COUNT);
  for (const [first, last] of ranges) members.fill(1, first, last + 1);
  return { members, ranges };
}

/** Whether two sets have a byte in common. */
export function intersects(left: CharacterSet, right: CharacterSet): boolean {
  return left.ranges.some(([leftFirst, leftLast]) =>
    right.ranges.some(([first, last]) => leftFirst <= last && first <= leftLast),
  );
}
