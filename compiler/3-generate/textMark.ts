/**
 * A number that tells texts apart (cyrb53, 53 bits, base 36). It stands in the first line of functions
 * of chunks that are no files, for who must know which chunk a function is of (`string.dump`).
 */
export function textMark(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let offset = 0; offset < text.length; offset++) {
    const byte = text.charCodeAt(offset);
    high = Math.imul(high ^ byte, 2654435761);
    low = Math.imul(low ^ byte, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (low & 0x1fffff) + (high >>> 0)).toString(36);
}
