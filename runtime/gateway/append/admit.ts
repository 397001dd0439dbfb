/** Which requests are taken, as their headers tell, before a body is read. */
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { TOKEN_HEADER, type TokenCheck } from "../access.ts";
import { RequestError } from "../errors.ts";

export interface Admission {
  /** `undefined` when none is asked for; then only this machine can connect. */
  readonly isToken: TokenCheck | undefined;
}

/**
 * Web pages are kept out, for they can send requests to whatever their reader can reach: browsers send an `Origin` with
 * those, ask before they send JSON, and name the host that the page pretends to be (DNS rebinding).
 *
 * @throws RequestError
 */
export function admit({ headers, url = "", method = "" }: IncomingMessage, rules: Admission): void {
  if (headers.origin !== undefined) throw new RequestError(403, "web pages may not append");
  if (rules.isToken === undefined) {
    if (!isThisMachine(headers.host)) {
      throw new RequestError(403, "the header Host must be localhost or an IP address");
    }
  } else if (!tokensOf(headers).some(rules.isToken)) {
    throw new RequestError(401, `the internal token is needed: Authorization: Bearer TOKEN`);
  }
  if (url.split("?", 1)[0] !== "/") throw new RequestError(404, "not found");
  if (method !== "POST") throw new RequestError(405, "only POST appends");
  const problem = problemOfBody(headers);
  if (problem !== undefined) throw new RequestError(415, problem);
}

type Headers = IncomingMessage["headers"];

/** Of HTTP 1.0, which has no such header, too. */
function isThisMachine(host: string | undefined): boolean {
  if (host === undefined) return true;
  const name = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host);
  const [, bracketed, plain = ""] = name ?? [];
  return isIP(bracketed ?? plain) !== 0 || plain.toLowerCase() === "localhost";
}

function tokensOf(headers: Headers): readonly unknown[] {
  return [/^Bearer +(\S+) *$/i.exec(headers.authorization ?? "")?.[1], headers[TOKEN_HEADER]];
}

function problemOfBody(headers: Headers): string | undefined {
  const { "content-type": contentType = "", "content-encoding": encoding } = headers;
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
    return `unsupported content encoding: ${encoding}`;
  }
  const [type = "", ...parameters] = contentType.split(";").map((part) => part.trim());
  if (type.toLowerCase() !== "application/json") {
    return "the content type must be application/json";
  }
  const isUtf8 = parameters.every((part) => !/^charset=(?!"?utf-?8"?$)/i.test(part));
  return isUtf8 ? undefined : "the charset must be utf-8";
}
