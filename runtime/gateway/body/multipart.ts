/**
 * `multipart/form-data` (RFC 7578) of a body that is already in memory.
 *
 * The packages for Node decode names and file names as UTF-8, which loses bytes, and work on
 * streams; here all of it is bytes and one pass.
 */
import { LuaTable } from "../../core/table.ts";
import { RequestError } from "../errors.ts";
import { decodeSegment } from "../percent.ts";
import { NamedValues } from "../query.ts";

/** What the headers of one part may take. */
const MAX_PART_HEADER_BYTES = 16 * 1024;

interface Disposition {
  readonly name: string;
  /** Of a part that is a file. */
  readonly filename: string | undefined;
}

/**
 * Reads a form. A field is a string; a file is a table `{filename =, content_type =, content =}`.
 *
 * @param boundary The parameter of the content type.
 * @throws RequestError 400
 */
export function parseMultipart(body: string, boundary: string): NamedValues {
  const values = new NamedValues();
  // The CRLF in front of a delimiter belongs to the delimiter; the first one may lack it.
  const bytes = `\r\n${body}`;
  const delimiter = `\r\n--${boundary}`;
  let start = afterDelimiter(bytes, delimiter, 0);
  while (!start.isLast) {
    const headersEnd = bytes.indexOf("\r\n\r\n", start.at);
    if (headersEnd < 0 || headersEnd - start.at > MAX_PART_HEADER_BYTES) {
      throw invalid("a part has no end of its headers");
    }
    const content = headersEnd + 4;
    // A part without content may share its last CRLF with the delimiter.
    const next = afterDelimiter(bytes, delimiter, content - 2);
    addPart(values, bytes.slice(start.at, headersEnd), bytes.slice(content, next.delimiterAt));
    start = next;
  }
  return values;
}

/** The boundary parameter of a content type; `undefined` when there is none. */
export function boundaryOf(contentType: string): string | undefined {
  const match = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType);
  return match?.[1] ?? match?.[2];
}

interface PartStart {
  readonly delimiterAt: number;
  /** Just before the headers: at the CRLF that ends the delimiter. */
  readonly at: number;
  readonly isLast: boolean;
}

function afterDelimiter(bytes: string, delimiter: string, from: number): PartStart {
  for (let search = from; ;) {
    const delimiterAt = bytes.indexOf(delimiter, search);
    if (delimiterAt < 0) throw invalid("the closing boundary is missing");
    let at = delimiterAt + delimiter.length;
    if (bytes.startsWith("--", at)) return { delimiterAt, at, isLast: true };
    while (bytes[at] === " " || bytes[at] === "\t") at++;
    if (bytes.startsWith("\r\n", at)) return { delimiterAt, at, isLast: false };
    // The boundary is only the beginning of what stands there: content.
    search = at;
  }
}

function addPart(values: NamedValues, headers: string, content: string): void {
  const { name, filename } = parseDisposition(headerOf(headers, "content-disposition") ?? "");
  if (filename === undefined) {
    values.add(name, content);
    return;
  }
  const file = new LuaTable();
  file.setString("filename", filename);
  file.setString("content_type", headerOf(headers, "content-type") ?? "text/plain");
  file.setString("content", content);
  values.add(name, file);
}

/** @param headers Lines, each with a CRLF in front. */
function headerOf(headers: string, wanted: string): string | undefined {
  for (const line of headers.split("\r\n")) {
    const colon = line.indexOf(":");
    if (line.slice(0, Math.max(colon, 0)).trim().toLowerCase() === wanted) {
      return line.slice(colon + 1).trim();
    }
  }
  return undefined;
}

function parseDisposition(header: string): Disposition {
  const parameters = new Map<string, string>();
  for (const match of header.matchAll(/;\s*([\w*]+)=(?:"((?:[^"\\]|\\.)*)"|([^";\s]*))/g)) {
    const [, key = "", quoted, plain = ""] = match;
    // Backslashes in front of anything else are part of file names that old browsers send.
    parameters.set(key.toLowerCase(), quoted?.replaceAll(/\\(["\\])/g, "$1") ?? plain);
  }
  const name = parameters.get("name");
  if (!/^form-data\s*(;|$)/i.test(header) || name === undefined) {
    throw invalid("a part has no name");
  }
  const extended = /^utf-8'[^']*'(.*)$/i.exec(parameters.get("filename*") ?? "")?.[1];
  const decoded = extended === undefined ? undefined : decodeSegment(extended);
  return { name, filename: decoded ?? parameters.get("filename") };
}

function invalid(reason: string): RequestError {
  return new RequestError(400, `invalid multipart body: ${reason}`);
}
