/** Who may call what without a route. */
import { createHash, timingSafeEqual } from "node:crypto";

/** The query parameter that carries the internal token. */
export const TOKEN_PARAMETER = "spacer_internal_token";

/** The request header that carries it; lower case, as Node gives headers. */
export const TOKEN_HEADER = "x-spacer-internal-token";

/** Tells whether a value is the internal token. */
export type TokenCheck = (value: unknown) => boolean;

/**
 * A check that takes the same time whatever it is given, so that the token can't be found out
 * letter by letter.
 *
 * @param token Unset or empty: no value passes.
 */
export function createTokenCheck(token: string | undefined): TokenCheck {
  if (token === undefined || token === "") return () => false;
  const expected = digest(Buffer.from(token, "utf8"));
  return (value) =>
    typeof value === "string" && timingSafeEqual(digest(Buffer.from(value, "latin1")), expected);
}

/** Whether an address is that of this machine. */
export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  const ip = address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
  return ip === "::1" || /^127\.\d+\.\d+\.\d+$/.test(ip);
}

function digest(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}
