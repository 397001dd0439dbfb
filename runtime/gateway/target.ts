/** The target of a request, as its first line has it. */

/** Of "/path?query", or "http://host/path?query" as sent to a proxy. */
export function splitTarget(target: string): { path: string; queryText: string } {
  const mark = target.indexOf("?");
  const whole = mark < 0 ? target : target.slice(0, mark);
  const queryText = mark < 0 ? "" : target.slice(mark + 1);
  const path = whole.startsWith("/") ? whole : whole.replace(/^https?:\/\/[^/]*\/?/i, "/");
  return { path, queryText };
}
