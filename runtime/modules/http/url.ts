/** URLs, as programs give them: byte strings of which some come from outside. */
import { decodeUtf8 } from "../../core/utf8.ts";
import { Failure } from "./wire/failure.ts";
import { targetOf, type Target } from "./wire/target.ts";
import { quoted } from "./headers.ts";

export interface GivenUrl {
  readonly target: Target;
  /** User and password, from the URL; bytes. */
  readonly credentials: readonly [user: string, password: string] | undefined;
}

/** Those that were asked for; to take a URL apart costs a tenth of a request. */
const known = new Map<string, GivenUrl>();
const MAX_KNOWN = 500;
const MAX_KNOWN_LENGTH = 500;

/** @param base What a path without a host belongs to. */
export function readUrl(bytes: string, base?: Target): GivenUrl | Failure {
  const key = base === undefined ? bytes : `${base.url.href} ${bytes}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const given = parseUrl(bytes, base?.url);
  if (!(given instanceof Failure) && key.length <= MAX_KNOWN_LENGTH) {
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, given);
  }
  return given;
}

function parseUrl(bytes: string, base: URL | undefined): GivenUrl | Failure {
  // URLs of browsers lose these silently, wherever they are.
  if (/[\0-\x1f\x7f]/.test(bytes)) {
    return bad(bytes, "a line break or another control character is in it");
  }
  const text = decodeUtf8(bytes) ?? percentEncoded(bytes);
  if (!URL.canParse(text, base?.href)) {
    return /^[a-z][a-z\d+.-]*:/i.test(text)
      ? bad(bytes, "no such host or port can be")
      : bad(bytes, "it must begin with http:// or https://");
  }
  const url = new URL(text, base?.href);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return bad(bytes, "it must begin with http:// or https://");
  }
  const credentials =
    url.username === "" && url.password === ""
      ? undefined
      : ([decoded(url.username), decoded(url.password)] as const);
  url.username = "";
  url.password = "";
  url.hash = "";
  return { target: targetOf(url), credentials };
}

function bad(bytes: string, problem: string): Failure {
  // A password does not belong into messages.
  const shown = bytes.replace(/\/\/[^/]*@/, "//***@");
  return new Failure("url", `bad URL ${quoted(shown)}: ${problem}`);
}

function percentEncoded(bytes: string): string {
  return bytes.replaceAll(
    /[\x80-\xff]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decoded(text: string): string {
  return text.replaceAll(/%([\da-f]{2})/gi, (_match, digits: string) =>
    String.fromCharCode(parseInt(digits, 16)),
  );
}

/** Adds to what a URL asks for. @param query Encoded already. */
export function withQuery(target: Target, query: string): Target {
  if (query === "") return target;
  const url = new URL(target.url);
  const before = url.search === "" ? "?" : `${url.search}&`;
  url.search = before + percentEncoded(query);
  return targetOf(url);
}

/** The value of the header `Authorization`. */
export function basicAuthorization([user, password]: readonly [string, string]): string {
  return `Basic ${Buffer.from(`${user}:${password}`, "latin1").toString("base64")}`;
}
