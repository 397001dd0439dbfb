/** CRC-32 of zip, PNG and Ethernet (polynomial 0xEDB88320, both ends inverted). */

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  }
  return remainder;
});

/** From 0 to 2^32 - 1. */
export function crc32(bytes: string): number {
  let checksum = -1;
  for (let index = 0; index < bytes.length; index++) {
    const place = (checksum ^ bytes.charCodeAt(index)) & 0xff;
    checksum = (checksum >>> 8) ^ (table[place] as number);
  }
  return ~checksum >>> 0;
}
