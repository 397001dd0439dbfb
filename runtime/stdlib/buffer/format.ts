/**
 * The serialization format of LuaJIT's string buffers. A value is a tag and what follows it:
 *
 *     nil false true null          the tag only
 *     integer number               4 or 8 bytes, little endian
 *     table + arrays + hash        the numbers of array slots and of pairs, as the tag says; slots; pairs
 *     metatable, key               a number in the dictionaries of both sides; the former before a table
 *     string + length              the bytes
 *
 * Tags, lengths and numbers of entries are in one, two or five bytes: below 0xe0 as they are, below
 * 0x1fe0 in two, else 0xff and 4 bytes.
 */
export const TAG = {
  nil: 0,
  false: 1,
  true: 2,
  null: 3,
  integer: 6,
  number: 7,
  /** Added to it: `HASH`, and one of `ARRAY_FROM_0` and `ARRAY_FROM_1`. */
  table: 8,
  metatable: 14,
  key: 15,
  /** The length is added to it. */
  string: 32,
} as const;

/** Pairs follow. */
export const HASH = 1;
/** Slots 0, 1, ... follow. */
export const ARRAY_FROM_0 = 2;
/** Slots 1, 2, ... follow; slot 0 is counted, too. */
export const ARRAY_FROM_1 = 4;

/** Tables within each other: LuaJIT's limit, which also stops tables that contain themselves. */
export const MAX_DEPTH = 100;

export const SMALL_LIMIT = 0xe0;
export const MIDDLE_LIMIT = 0x1fe0;
