/** CRC-32 (ISO 3309) of some bytes: changes by accident show. */
export function checksum(bytes: string): number {
  let sum = -1;
  for (let offset = 0; offset < bytes.length; offset++) {
    sum = (TABLE[(sum ^ bytes.charCodeAt(offset)) & 255] as number) ^ (sum >>> 8);
  }
  return (sum ^ -1) >>> 0;
}

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++)
    rest = (rest & 1) !== 0 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});
