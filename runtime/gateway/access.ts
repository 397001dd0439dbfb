/** Who may call what without a route. */
import { encodeUtf8 } from "../core/utf8.ts";

/** The query parameter that carries the internal token. */
export const TOKEN_PARAMETER = "spacer_internal_token";

/** The request header that carries it; lower case, as Node gives headers. */
export const TOKEN_HEADER = "x-spacer-internal-token";

/** Tells whether a value is the internal token. */
export type TokenCheck = (value: unknown) => boolean;

/**
 * A check whose time depends on the length of what it is given, and on nothing else: the token can't be found out letter by
 * letter.
 *
 * @param token Unset or empty: no value passes.
 */
export function createTokenCheck(token: string | undefined): TokenCheck {
  if (token === undefined || token === "") return () => false;
  const expected = encodeUtf8(token);
  return (value) => typeof value === "string" && isSame(value, expected);
}

/** Whether an address is that of this machine. */
export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  const ip = address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
  return ip === "::1" || /^127\.\d+\.\d+\.\d+$/.test(ip);
}

/** Looks at all of `given`, wherever the first difference is. */
function isSame(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length;
  for (let place = 0; place < given.length; place++) {
    difference |= given.charCodeAt(place) ^ expected.charCodeAt(place % expected.length);
  }
  return difference === 0;
}
