/** Base64 (RFC 4648) of byte strings, as lenient as nginx: what follows the first `=` is not read. */
import { fromBase64, toBase64 } from "../../../bytes.ts";

export function encodeBase64(bytes: string, isPadded: boolean): string {
  const text = toBase64(bytes);
  return isPadded ? text : text.replace(/=+$/, "");
}

/** `undefined` for what is no base64. */
export function decodeBase64(text: string): string | undefined {
  return decode(text, /^[A-Za-z0-9+/]*/);
}

/** `undefined` for what is no base64 of URLs. */
export function decodeBase64Url(text: string): string | undefined {
  return decode(text, /^[A-Za-z0-9_-]*/);
}

/** As MIME has it: characters that belong to no alphabet are skipped. */
export function decodeBase64Mime(text: string): string | undefined {
  return decodeBase64(text.replace(/=[^]*$/, "").replace(/[^A-Za-z0-9+/]+/g, ""));
}

function decode(text: string, alphabet: RegExp): string | undefined {
  const [digits = ""] = alphabet.exec(text) ?? [];
  const isWhole = digits.length === text.length || text[digits.length] === "=";
  // A single digit left over is less than a byte.
  if (!isWhole || digits.length % 4 === 1) return undefined;
  return fromBase64(digits);
}
