/**
 * Which partition of a topic an event is in: by the murmur2 hash of its key, as Kafka's clients place
 * them, byte for byte. Events of one key so are in one partition, in order, on either kind of log.
 */

/** As Kafka's `Utils.murmur2`, a 32-bit integer with a sign. @param key Any text; its UTF-8 bytes count. */
export function murmur2(key: string): number {
  const bytes = encoder.encode(key);
  const { length } = bytes;
  const words = new DataView(bytes.buffer, bytes.byteOffset, length);
  let hash = SEED ^ length;
  let offset = 0;
  for (; offset + 4 <= length; offset += 4) {
    let word = Math.imul(words.getInt32(offset, true), MULTIPLIER);
    word ^= word >>> SHIFT;
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(word, MULTIPLIER);
  }
  const rest = length - offset;
  if (rest > 0) {
    for (let index = rest - 1; index >= 0; index--) {
      hash ^= (bytes[offset + index] as number) << (8 * index);
    }
    hash = Math.imul(hash, MULTIPLIER);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, MULTIPLIER);
  return (hash ^ (hash >>> 15)) | 0;
}

/** @param hash `murmur2` of the key. */
export function partitionOfHash(hash: number, partitions: number): number {
  return (hash & 0x7fffffff) % partitions;
}

export function partitionOf(key: string, partitions: number): number {
  return partitionOfHash(murmur2(key), partitions);
}

const encoder = new TextEncoder();

// The constants of Kafka's variant.
const SEED = 0x9747b28c | 0;
const MULTIPLIER = 0x5bd1e995;
const SHIFT = 24;
