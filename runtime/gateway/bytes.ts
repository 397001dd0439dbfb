/** Byte strings at the edges. */
import { fromByteArray, toByteArray } from "../bytes.ts";
import type { GatewayRequest } from "./port.ts";

/** A byte string as the text it is in UTF-8. */
export function toUnicode(bytes: string): string {
  return decoder.decode(toByteArray(bytes));
}

// A BOM is a character like any other.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The UTF-8 bytes of a text, as they are sent. */
export function toUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

const encoder = new TextEncoder();

/** The body of a request, as far as it was read; "" when there is none. */
export function bodyOf({ body }: GatewayRequest): string {
  return ArrayBuffer.isView(body)
    ? fromByteArray(new Uint8Array(body.buffer, body.byteOffset, body.byteLength))
    : "";
}
