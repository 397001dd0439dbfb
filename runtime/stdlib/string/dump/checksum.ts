/** CRC-32 (ISO 3309) of some bytes: changes by accident show. */
export function checksum(bytes: string): number {
  table ??= makeTable();
  let sum = -1;
  for (let offset = 0; offset < bytes.length; offset++) {
    sum = (table[(sum ^ bytes.charCodeAt(offset)) & 255] as number) ^ (sum >>> 8);
  }
  return (sum ^ -1) >>> 0;
}

/** What each byte adds. Made by the first sum, as hardly any program needs one. */
let table: Int32Array | undefined;

function makeTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++)
      rest = (rest & 1) !== 0 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
    return rest;
  });
}
