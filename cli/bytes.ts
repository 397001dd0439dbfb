/** Lua's byte strings (one char per byte) at the edge to the texts of JavaScript. */

/** Node's, several times faster than what else there is; engines of browsers have none. */
const nodeBuffer = (globalThis as { readonly Buffer?: typeof Buffer }).Buffer;

export function toBytes(text: string): string {
  if (nodeBuffer !== undefined) return nodeBuffer.from(text, "utf8").toString("latin1");
  return Array.from(encoder.encode(text), (byte) => String.fromCharCode(byte)).join("");
}

/** Bytes that are no UTF-8 become U+FFFD. */
export function fromBytes(bytes: string): string {
  if (nodeBuffer !== undefined) return nodeBuffer.from(bytes, "latin1").toString("utf8");
  return decoder.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
}

const encoder = new TextEncoder();
// A BOM is a character like any other.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
