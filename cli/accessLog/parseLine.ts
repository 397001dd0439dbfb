/** Reads lines of the access log: ours, and those of the original. */

export interface LoggedSpan {
  readonly status: number;
  /** In milliseconds since 1970. */
  readonly endMs: number;
  readonly durationMs: number;
  readonly method: string;
  readonly path: string;
  /** "-" when nothing was called. */
  readonly name: string;
  readonly traceId: string;
  /** "-" for the first span of a trace. */
  readonly parentId: string;
  readonly id: string;
}

/** What a request sent is escaped, so fields hold neither spaces nor quotes, and ids neither `/` nor `%`. */
const LINE =
  /^\[(\d{3})\] \["[^"]*" (\d+(?:\.\d+)?)\] (\S+) (\S+) \S+ (\S+) @(\d+(?:\.\d+)?) \S+ %([^/%\s]*)\/([^/%\s]*)\/([^/%\s]*)% \["[^"]*" "[^"]*" \S+ \S+\]\s*$/;

/** @returns Texts as they stand there, escaped; `undefined` for what is no line of the log. */
export function parseLine(line: string): LoggedSpan | undefined {
  const match = LINE.exec(line);
  if (match === null) return undefined;
  return {
    status: Number(match[1]),
    endMs: Number(match[2]) * 1000,
    durationMs: toMicroseconds(Number(match[6]) * 1000),
    method: match[3] as string,
    path: match[4] as string,
    name: match[5] as string,
    traceId: match[7] as string,
    parentId: match[8] as string,
    id: match[9] as string,
  };
}

/** What is written is no finer; calculating would make it look so. */
function toMicroseconds(timeMs: number): number {
  return Math.round(timeMs * 1000) / 1000;
}

/** Text that was escaped; the bytes are UTF-8 wherever that is possible. */
export function unescapeField(text: string): string {
  if (!text.includes("\\x")) return text;
  const bytes = text.replace(/\\x([0-9A-F]{2})/g, (_, digits: string) =>
    String.fromCharCode(parseInt(digits, 16)),
  );
  return Buffer.from(bytes, "latin1").toString("utf8");
}
