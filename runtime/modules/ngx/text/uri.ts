/** Percent-encoding of byte strings, by the rules of nginx. */

/** What is encoded, by nginx's numbers for the purposes. */
const ESCAPED: readonly RegExp[] = [
  /[\0- #%?\x7f-\xff]/g, // a URI
  /[\0- #%+?\x7f-\xff]/g, // the arguments of one
  /[^A-Za-z0-9\-._~]/g, // a component
  /[\0- "#%'\x7f-\xff]/g, // HTML
  /[\0- "%'\x7f-\xff]/g, // the header Refresh
  /[\0- %]/g, // a key of memcached
  /[\0- %]/g, // the answers of a mail server
];

export const PURPOSE_COUNT = ESCAPED.length;

/** For a name or a value in a query: nginx's number for what `encodeURIComponent` does. */
export const COMPONENT = 2;

/** @param purpose From 0, below `PURPOSE_COUNT`. */
export function escapeUri(bytes: string, purpose = COMPONENT): string {
  return bytes.replace(ESCAPED[purpose] as RegExp, (char) => {
    const digits = char.charCodeAt(0).toString(16).toUpperCase();
    return `%${digits.padStart(2, "0")}`;
  });
}

/** A `+` is a blank. What is no encoding stays as it is. */
export function unescapeUri(text: string): string {
  return text.replace(/\+|%([\dA-Fa-f]{2})/g, (_match, digits: string | undefined) =>
    digits === undefined ? " " : String.fromCharCode(parseInt(digits, 16)),
  );
}
