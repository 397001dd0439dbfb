/**
 * A checksum of many bytes at once: V8 runs what is in its code cache without looking, so a file must be as it was
 * written. It finds damage, not intent: who may write to the folder could as well change the program.
 *
 * In JavaScript, because loading zlib or crypto takes longer than that: 1 ms for 350 KB in a process that has just started.
 */
const FACTOR = 0x9e37_79b1;
const WORD_BYTES = 4;

/**
 * Any change of one word changes it.
 *
 * @param bytes Begins at a multiple of 4 in its memory.
 * @returns 32 bits, unsigned.
 */
export function checksum(bytes: Uint8Array): number {
  const wordCount = bytes.length >> 2;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, wordCount);
  let sum = bytes.length | 0;
  for (let i = 0; i < wordCount; i++) {
    sum = Math.imul(sum ^ (words[i] as number), FACTOR);
    sum ^= sum >>> 15;
  }
  for (let i = wordCount * WORD_BYTES; i < bytes.length; i++) {
    sum = Math.imul(sum ^ (bytes[i] as number), FACTOR);
  }
  return sum >>> 0;
}
