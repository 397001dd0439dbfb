/** Both cases of letters: of ASCII among bytes, of Unicode among code points. */
import { MAX_CODE_POINT, normalize, type Ranges } from "./byteSet.ts";

/** A set with the other cases of all its letters. */
export function withOtherCases(ranges: Ranges, isUtf8: boolean): Ranges {
  return normalize([...ranges, ...asciiOthers(ranges), ...(isUtf8 ? unicodeOthers(ranges) : [])]);
}

const CASE_BIT = 0x20;

function asciiOthers(ranges: Ranges): Ranges {
  return ranges.flatMap(([first, last]) => [
    ...moved(first, last, [0x41, 0x5a], CASE_BIT),
    ...moved(first, last, [0x61, 0x7a], -CASE_BIT),
  ]);
}

/** What of a range lies within letters, moved to their other case. */
function moved(
  first: number,
  last: number,
  [from, to]: readonly [number, number],
  distance: number,
): Ranges {
  const start = Math.max(first, from);
  const end = Math.min(last, to);
  return start > end ? [] : [[start + distance, end + distance]];
}

function unicodeOthers(ranges: Ranges): Ranges {
  return families().flatMap((family) =>
    family.some((letter) => ranges.some(([first, last]) => letter >= first && letter <= last))
      ? family.map((letter) => [letter, letter] as const)
      : [],
  );
}

let knownFamilies: readonly (readonly number[])[] | undefined;

/** Letters that are the same but for their case; found once, which takes some milliseconds. */
function families(): readonly (readonly number[])[] {
  return (knownFamilies ??= findFamilies());
}

/** Behind this plane nothing has a case. */
const LAST_CASED = 0x1ffff;

function findFamilies(): readonly (readonly number[])[] {
  const byFolded = new Map<number, number[]>();
  for (let letter = 0; letter <= Math.min(LAST_CASED, MAX_CODE_POINT); letter++) {
    const text = String.fromCodePoint(letter);
    const folded = fold(text);
    if (folded === text && text.toUpperCase() === text) continue;
    const code = folded.codePointAt(0) as number;
    byFolded.set(code, [...(byFolded.get(code) ?? []), letter]);
  }
  return [...byFolded.values()].filter((family) => family.length > 1);
}

/** One letter for another only: what several letters stand for is left alone. */
function fold(text: string): string {
  const upper = text.toUpperCase();
  const single = isSingle(upper) ? upper : text;
  const lower = single.toLowerCase();
  return isSingle(lower) ? lower : single;
}

function isSingle(text: string): boolean {
  const code = text.codePointAt(0) as number;
  return text.length === (code > 0xffff ? 2 : 1);
}
