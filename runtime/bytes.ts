/**
 * Byte strings (one char per byte) in other forms. The runtime uses these in place of Node's `Buffer`, so that it is at home
 * on any engine; where there is a `Buffer` it does the work, several times faster.
 */

/** Node's; engines of browsers have none. */
const nodeBuffer = (globalThis as { readonly Buffer?: typeof Buffer }).Buffer;

/** Two digits for each byte, in lower case. */
export function toHex(bytes: string): string {
  if (nodeBuffer !== undefined) return nodeBuffer.from(bytes, "latin1").toString("hex");
  let digits = "";
  for (let place = 0; place < bytes.length; place++) {
    digits += bytes.charCodeAt(place).toString(16).padStart(2, "0");
  }
  return digits;
}

/** @param digits Hexadecimal, two for each byte. */
export function fromHex(digits: string): string {
  return digits.replaceAll(/../g, (pair) => String.fromCharCode(parseInt(pair, 16)));
}

/** Base64 (RFC 4648, 4) with its padding. */
export function toBase64(bytes: string): string {
  return nodeBuffer === undefined
    ? btoa(bytes)
    : nodeBuffer.from(bytes, "latin1").toString("base64");
}

/** The alphabet of URLs (RFC 4648, 5), without padding. */
export function toBase64Url(bytes: string): string {
  if (nodeBuffer !== undefined) return nodeBuffer.from(bytes, "latin1").toString("base64url");
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @param digits Of either alphabet and nothing else: no padding, and never a single digit left over. */
export function fromBase64(digits: string): string {
  if (nodeBuffer !== undefined) return nodeBuffer.from(digits, "base64").toString("latin1");
  return atob(digits.replaceAll("-", "+").replaceAll("_", "/"));
}

/** Its memory may be a part of what others have. */
export function toByteArray(bytes: string): Uint8Array<ArrayBuffer> {
  if (nodeBuffer !== undefined) return nodeBuffer.from(bytes, "latin1");
  const array = new Uint8Array(bytes.length);
  for (let place = 0; place < bytes.length; place++) array[place] = bytes.charCodeAt(place);
  return array;
}

/** So many chars at once: all are arguments of one call. */
const MAX_CHARS = 4096;

export function fromByteArray(array: Uint8Array): string {
  if (nodeBuffer !== undefined) {
    return nodeBuffer.from(array.buffer, array.byteOffset, array.byteLength).toString("latin1");
  }
  let bytes = "";
  for (let start = 0; start < array.length; start += MAX_CHARS) {
    bytes += String.fromCharCode(...array.subarray(start, start + MAX_CHARS));
  }
  return bytes;
}
