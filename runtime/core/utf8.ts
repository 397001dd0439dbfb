/** Lua's byte strings (one char per byte) and the texts of JavaScript. */

const ASCII = /^[\0-\x7f]*$/;

/** The text that some bytes are in UTF-8; `undefined` when they are not UTF-8. */
export function decodeUtf8(bytes: string): string | undefined {
  if (ASCII.test(bytes)) return bytes;
  try {
    strict ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return strict.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

/** The UTF-8 bytes of a text. */
export function encodeUtf8(text: string): string {
  if (ASCII.test(text)) return text;
  return Array.from(encoder.encode(text), (byte) => String.fromCharCode(byte)).join("");
}

/** A BOM is a character like any other. Made when it is first needed: most programs end without. */
let strict: InstanceType<typeof TextDecoder> | undefined;
const encoder = new TextEncoder();
