/** Searching for plain text, so that it can be stopped (core/budget.ts). */
import { ALARM, alarm, checkpoint } from "../../core/budget.ts";

/**
 * V8 compares so many characters in less than a tenth of a second. Where a text almost matches at
 * every place, `indexOf` compares as many as the product of both lengths.
 */
const MAX_COMPARED = 2 ** 26;

/** The first offset at or after `from` where a text is; -1 when there is none. */
export function searchText(subject: string, wanted: string, from: number): number {
  const places = subject.length - wanted.length + 1 - from;
  return places * wanted.length <= MAX_COMPARED
    ? subject.indexOf(wanted, from)
    : searchPieces(subject, wanted, from);
}

/** Searches in pieces, which grow while no alarm tells that they take long. */
function searchPieces(subject: string, wanted: string, from: number): number {
  const least = Math.ceil(MAX_COMPARED / wanted.length);
  let places = least;
  for (let start = from; start + wanted.length <= subject.length;) {
    const piece = subject.slice(start, start + places + wanted.length - 1);
    const offset = piece.indexOf(wanted);
    if (offset >= 0) return start + offset;
    start += places;
    if (alarm[ALARM.raised] === 0) {
      places *= 2;
    } else {
      checkpoint();
      places = least;
    }
  }
  return -1;
}
