/**
 * A line of the access log, in the format of the original:
 *
 *     [200] ["23/Nov/2026:16:29:52 +0000" 1795451392.441207] GET /hello 30 hello @0.000412 - %trace/parent/span% ["referer" "user agent" ip -]
 *
 * Times are in seconds: when the span ended, and behind `@` how long it took. `-` stands for what there is not. Two places always
 * have it: the one behind the duration, and that of the user, whose name nobody has checked, and who may be using a
 * key as name.
 *
 * No request can forge a line or a field: all but printable ASCII, quotes and backslashes are written as `\xHH`, and
 * spaces are where nothing is quoted. Queries, which may hold the internal token, are left out.
 */
import type { Span } from "../../runtime/index.ts";

type Client = Span["trace"]["client"];

/** @returns With its line break. */
export function accessLine(span: Span): string {
  const { trace, status, sizeBytes, durationMs = 0 } = span;
  const { client } = trace;
  const endMs = performance.timeOrigin + span.startedMs + durationMs;
  const ids = `%${idOf(trace.id)}/${idOf(span.parentId)}/${span.id}%`;
  const referer = quoted(withoutQuery(headerOf(client, "referer")));
  const agent = quoted(headerOf(client, "user-agent"));
  return (
    `[${String(status)}] ["${clockTime(endMs)}" ${seconds(endMs)}] ` +
    `${accessWord(span.method)} ${accessWord(span.path)} ${String(sizeBytes)} ${accessWord(span.name)} ` +
    `@${seconds(durationMs)} - ${ids} [${referer} ${agent} ${addressOf(client)} -]\n`
  );
}

function headerOf(client: Client, name: string): string {
  const value = client?.headers[name];
  return typeof value === "string" ? value : "";
}

function withoutQuery(url: string): string {
  const mark = url.search(/[?#]/);
  return mark < 0 ? url : url.slice(0, mark);
}

function addressOf(client: Client): string {
  const address = client?.address ?? "";
  return accessWord(address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address);
}

/** An address of IPv4, as sockets for both call it. */
const MAPPED = "::ffff:";

/** To the microsecond. `toFixed` takes three times as long. */
function seconds(timeMs: number): string {
  const microseconds = Math.round(timeMs * 1000);
  const whole = Math.floor(microseconds / 1e6);
  return `${String(whole)}.${String(microseconds - whole * 1e6).padStart(6, "0")}`;
}

/** A field that is not quoted. @param text Bytes. */
export function accessWord(text: string): string {
  if (text === "") return "-";
  return /[^\x21-\x7e]|["\\]/.test(text) ? text.replace(/[^\x21-\x7e]|["\\]/g, escape) : text;
}

function idOf(id: string | undefined): string {
  if (id === undefined || id === "") return "-";
  return /[^\x21-\x7e]|["\\/%]/.test(id) ? id.replace(/[^\x21-\x7e]|["\\/%]/g, escape) : id;
}

function quoted(text: string): string {
  if (text === "") return '"-"';
  return `"${/[^\x20-\x7e]|["\\]/.test(text) ? text.replace(/[^\x20-\x7e]|["\\]/g, escape) : text}"`;
}

/** As nginx does. Texts are byte strings. */
function escape(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

let shown = { second: NaN, text: "" };

/** "23/Nov/2026:16:29:52 +0000", where the server is. The same for many lines. */
function clockTime(timeMs: number): string {
  const second = Math.floor(timeMs / 1000);
  if (shown.second !== second) shown = { second, text: formatTime(new Date(second * 1000)) };
  return shown.text;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function formatTime(time: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${two(time.getDate())}/${MONTHS[time.getMonth()] ?? ""}/${String(time.getFullYear())}`;
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  const offset = -time.getTimezoneOffset();
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return `${day}:${clock} ${offset < 0 ? "-" : "+"}${two(hours)}${two(minutes)}`;
}
