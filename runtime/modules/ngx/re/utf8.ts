/** Code points as the bytes of UTF-8 (RFC 3629). */
import { byteSetOf, upTo, type Ranges } from "./byteSet.ts";
import { choice, sequence, type Node } from "./tree.ts";

/** The last code points with one byte, two, three and four. */
const LAST_OF_LENGTH = [0x7f, 0x7ff, 0xffff, 0x10ffff];

/** What matches one character of a set, given as code points. */
export function utf8Node(ranges: Ranges): Node {
  const single = upTo(ranges, 0x7f);
  const longer = ranges.flatMap(([first, last]) => longerSequences(Math.max(first, 0x80), last));
  const short: Node = { kind: "bytes", set: byteSetOf(single) };
  if (longer.length === 0) return short;
  const branches = single.length === 0 ? longer : [short, ...longer];
  return { kind: "character", bytes: choice(branches) };
}

/** Characters of more than one byte. */
function longerSequences(first: number, last: number): Node[] {
  const found: Node[] = [];
  let from = first;
  for (const limit of LAST_OF_LENGTH) {
    if (from > limit || from > last) continue;
    const to = Math.min(limit, last);
    found.push(...sameLength(from, to));
    from = to + 1;
  }
  return found;
}

const CONTINUED = 0x3f;

/** Splits a range so that in each part every byte is any of a range of its own. */
function sameLength(first: number, last: number): Node[] {
  for (let bits = 6; bits <= 18; bits += 6) {
    const low = 2 ** bits - 1;
    if (Math.floor(first / (low + 1)) === Math.floor(last / (low + 1))) break;
    if ((first & low) !== 0) {
      const middle = (first | low) >>> 0;
      return [...sameLength(first, middle), ...sameLength(middle + 1, last)];
    }
    if ((last & low) !== low) {
      const middle = last - (last & low);
      return [...sameLength(first, middle - 1), ...sameLength(middle, last)];
    }
  }
  const firstBytes = utf8Bytes(first);
  const lastBytes = utf8Bytes(last);
  return [
    sequence(
      firstBytes.map((byte, index) => ({
        kind: "bytes",
        set: byteSetOf([[byte, lastBytes[index] as number]]),
      })),
    ),
  ];
}

/** Surrogates, too: no subject has them. */
export function utf8Bytes(code: number): readonly number[] {
  if (code <= 0x7f) return [code];
  const continued = (shift: number) => 0x80 | ((code >>> shift) & CONTINUED);
  if (code <= 0x7ff) return [0xc0 | (code >>> 6), continued(0)];
  if (code <= 0xffff) return [0xe0 | (code >>> 12), continued(6), continued(0)];
  return [0xf0 | (code >>> 18), continued(12), continued(6), continued(0)];
}

/** PCRE2's numbers for what is wrong. */
const ERROR = {
  missing: -2,
  notContinued: -7,
  fiveBytes: -13,
  sixBytes: -14,
  tooLarge: -15,
  surrogate: -16,
  overlong: -15,
  isolated: -22,
  invalid: -23,
} as const;

/** What is wrong with some bytes that ought to be UTF-8, as PCRE2 counts it; 0 when nothing is. */
export function utf8Error(bytes: string): number {
  for (let place = 0; place < bytes.length;) {
    const lead = bytes.charCodeAt(place);
    if (lead < 0x80) {
      place++;
      continue;
    }
    const length = lengthOf(lead);
    const error = length < 2 ? leadError(lead) : sequenceError(bytes, place, length);
    if (error !== 0) return error;
    place += length;
  }
  return 0;
}

function lengthOf(lead: number): number {
  if (lead < 0xc0 || lead >= 0xfe) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  if (lead < 0xf8) return 4;
  return lead < 0xfc ? 5 : 6;
}

function leadError(lead: number): number {
  return lead < 0xc0 ? ERROR.isolated : ERROR.invalid;
}

function sequenceError(bytes: string, place: number, length: number): number {
  const missing = place + length - bytes.length;
  if (missing > 0) return ERROR.missing - missing;
  for (let index = 1; index < length; index++) {
    if ((bytes.charCodeAt(place + index) & 0xc0) !== 0x80) return ERROR.notContinued - index;
  }
  const lead = bytes.charCodeAt(place);
  const second = bytes.charCodeAt(place + 1);
  if (isOverlong(lead, second, length)) return ERROR.overlong - length;
  if (length === 4 && (lead > 0xf4 || (lead === 0xf4 && second > 0x8f))) return ERROR.tooLarge;
  if (length === 3 && lead === 0xed && second >= 0xa0) return ERROR.surrogate;
  if (length === 5) return ERROR.fiveBytes;
  return length === 6 ? ERROR.sixBytes : 0;
}

/** Whether a shorter sequence would have done. */
function isOverlong(lead: number, second: number, length: number): boolean {
  if (length === 2) return (lead & 0x3e) === 0;
  const freeLead = lead & (0x7f >>> length);
  return freeLead === 0 && (second & 0x3f) >>> (8 - length) === 0;
}
