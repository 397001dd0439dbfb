/** Byte strings at the edges. */

/** A byte string as the text it is in UTF-8. */
export function toUnicode(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}

export function toBuffer(bytes: string): Buffer {
  return Buffer.from(bytes, "latin1");
}

export function fromBuffer(buffer: Buffer): string {
  return buffer.toString("latin1");
}
