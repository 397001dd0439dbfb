/** URLs, as programs give them: byte strings of which some come from outside. */
import { decodeUtf8 } from "../../core/utf8.ts";
import { Failure } from "./wire/failure.ts";
import { quoted } from "./headers.ts";

export interface Target {
  /** Without what says who asks. */
  readonly url: URL;
  /** User and password, from the URL; bytes. */
  readonly credentials: readonly [user: string, password: string] | undefined;
}

/** @param base What a path without a host belongs to. */
export function readUrl(bytes: string, base?: URL): Target | Failure {
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
  return { url, credentials };
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
export function addQuery(url: URL, query: string): void {
  if (query === "") return;
  const before = url.search === "" ? "?" : `${url.search}&`;
  url.search = before + percentEncoded(query);
}

/** The value of the header `Authorization`. */
export function basicAuthorization([user, password]: readonly [string, string]): string {
  return `Basic ${Buffer.from(`${user}:${password}`, "latin1").toString("base64")}`;
}
