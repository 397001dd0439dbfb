/** Percent-encoding (RFC 3986, 2.1) of byte strings. */

/** Decodes a path segment; `undefined` when a `%` isn't followed by two hexadecimal digits. */
export function decodeSegment(text: string): string | undefined {
  if (!text.includes("%")) return text;
  return /%(?![\da-f]{2})/i.test(text) ? undefined : decodeBytes(text);
}

/** Decodes a name or value of a query or form. A stray `%` stands for itself, as in nginx. */
export function decodeComponent(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  return spaced.includes("%") ? decodeBytes(spaced) : spaced;
}

function decodeBytes(text: string): string {
  return text.replaceAll(/%([\da-f]{2})/gi, (_all, digits: string) =>
    String.fromCharCode(parseInt(digits, 16)),
  );
}
