/** Where a redirect leads, by the rules that browsers follow (WHATWG Fetch, "HTTP-redirect fetch"). */
import { Failure } from "./failure.ts";
import type { RequestPlan } from "./plan.ts";
import { targetOf } from "./target.ts";
import { headerOf } from "./wireRequest.ts";

const REDIRECTS = [301, 302, 303, 307, 308];

/** What nobody but the origin that it was meant for may see. */
const SECRET = new Set(["authorization", "cookie", "cookie2", "proxy-authorization", "host"]);

/** Of a body that is not sent again. */
const OF_BODY = /^(?:content-.*|transfer-encoding)$/i;

/** @returns `undefined` for a response that leads nowhere else. */
export function locationOf(
  { redirects }: RequestPlan,
  status: number,
  headers: readonly string[],
): string | undefined {
  if (status < 300 || redirects === 0 || !REDIRECTS.includes(status)) return undefined;
  return headerOf(headers, "location");
}

/** @returns What to ask now, or why nothing is. */
export function redirected(
  plan: RequestPlan,
  status: number,
  location: string,
  followed: number,
): RequestPlan | Failure {
  if (followed >= plan.redirects) {
    return new Failure("redirect", `more than ${String(plan.redirects)} redirects`);
  }
  const url = locationUrl(plan.target.url, location);
  if (url === undefined) return new Failure("redirect", `a redirect leads to ${quoted(location)}`);
  const isSame = url.origin === plan.target.url.origin;
  const becomesGet =
    status === 303 ? plan.method !== "HEAD" : status < 303 && plan.method === "POST";
  if (!becomesGet && plan.body !== undefined && "isUsed" in plan.body && plan.body.isUsed) {
    return new Failure("redirect", "a redirect wants a body that can't be sent again");
  }
  return {
    ...plan,
    target: targetOf(url),
    method: becomesGet ? "GET" : plan.method,
    body: becomesGet ? undefined : plan.body,
    headers: plan.headers.filter(
      ([name]) =>
        (isSame || !SECRET.has(name.toLowerCase())) && !(becomesGet && OF_BODY.test(name)),
    ),
    // A certificate says who asks, and is nobody else's business.
    tls: isSame ? plan.tls : { verify: plan.tls.verify, ca: plan.tls.ca },
  };
}

function locationUrl(from: URL, location: string): URL | undefined {
  if (/[\0-\x1f\x7f]/.test(location)) return undefined;
  const text = location.replaceAll(/[\x80-\xff]/g, (char) => {
    return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  if (!URL.canParse(text, from.href)) return undefined;
  const url = new URL(text, from.href);
  if (url.protocol !== "http:" && url.protocol !== "https:") return undefined;
  // Who sends somebody elsewhere does not say who that is.
  url.username = "";
  url.password = "";
  if (url.hash === "") url.hash = from.hash;
  return url;
}

function quoted(text: string): string {
  const short = text.length > 100 ? `${text.slice(0, 100)}...` : text;
  return `"${short.replaceAll(/[^\x20-\x7e]/g, "?")}"`;
}
