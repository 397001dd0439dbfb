/** What a client would rather have (RFC 9110, section 12.5). */

/**
 * Whether a client prefers a page to JSON, by the header `Accept`. Who does not care (any type, or no
 * header) gets JSON.
 */
export function prefersHtml(accept: string | undefined): boolean {
  // Programs do not name it: they are to pay nothing.
  if (accept === undefined || !/text\/(?:html|\*)/i.test(accept)) return false;
  const ranges = accept.split(",").map(parseRange);
  return qualityOf("text/html", ranges) > qualityOf("application/json", ranges);
}

/**
 * How welcome a content coding is, by the header `Accept-Encoding` (RFC 9110, section 12.5.3).
 *
 * @returns From 0 to 1. Without the header 0, though the client may well know it.
 */
export function codingQuality(acceptEncoding: string | undefined, coding: string): number {
  const ranges = acceptEncoding?.split(",").map(parseRange) ?? [];
  const named = ranges.find(({ type }) => type === coding || type === `x-${coding}`);
  return (named ?? ranges.find(({ type }) => type === "*"))?.quality ?? 0;
}

/** One of the types or codings that a header lists, and how welcome it is. */
interface MediaRange {
  /** In lower case; `*` stands for any. */
  readonly type: string;
  /** From 0 to 1. */
  readonly quality: number;
}

function parseRange(text: string): MediaRange {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith("q="));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

/** What is said of the type itself counts more than what is said of all like it. */
function qualityOf(type: string, ranges: readonly MediaRange[]): number {
  for (const name of [type, type.replace(/\/.*/, "/*"), "*/*"]) {
    const qualities = ranges.filter((range) => range.type === name).map(({ quality }) => quality);
    if (qualities.length > 0) return Math.max(...qualities);
  }
  return 0;
}
