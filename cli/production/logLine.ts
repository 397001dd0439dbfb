/**
 * Lines of a server's log in production: one for each entry, whatever is in it.
 *
 *     2026/11/27 07:14:37 [error] 500 GET /fails: app/fails.lua:1: no such order, function: fails, trace: 0f3c..., worker: 2
 *     {"time":"2026-11-27T06:14:37.123Z","level":"error","message":"500 GET /fails: ...","function":"fails","trace":"0f3c..."}
 *
 * Control characters are escaped in both, so that nobody can forge an entry or talk to a terminal.
 */
import type { LogLevel } from "../../runtime/gateway/index.ts";

/** Texts of Node, not bytes. */
export interface LogRecord {
  readonly level: LogLevel;
  readonly message: string;
  /** The name of the function. */
  readonly function?: string | undefined;
  /** What ran, where that was no function: "ngx.timer". */
  readonly context?: string | undefined;
  /** The id of the trace. */
  readonly trace?: string | undefined;
  readonly durationMs?: number | undefined;
  /** The number of the worker. */
  readonly worker?: number | undefined;
  readonly traceback?: string | undefined;
}

/** Without its line break. */
export function textLine(record: LogRecord, time: Date): string {
  const { level, message, context, durationMs, trace, worker, traceback } = record;
  const about = Object.entries({
    context,
    function: record.function,
    trace,
    duration: durationMs === undefined ? undefined : `${durationMs.toFixed(1)} ms`,
    worker,
  }).flatMap(([name, value]) => (value === undefined ? [] : [`, ${name}: ${String(value)}`]));
  const stack = traceback === undefined ? "" : `, ${traceback}`;
  return escapeControls(`${clockTime(time)} [${level}] ${message}${about.join("")}${stack}`);
}

/** Without its line break. */
export function jsonLine({ level, message, ...about }: LogRecord, time: Date): string {
  return escapeControls(JSON.stringify({ time: time.toISOString(), level, message, ...about }));
}

/** "2026/11/27 07:14:37", in the time zone of this machine, as nginx has it. */
function clockTime(date: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  const day = [String(date.getFullYear()), two(date.getMonth() + 1), two(date.getDate())].join("/");
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`;
}

const SHORT: Readonly<Partial<Record<string, string>>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** In JSON, those below 32 are escaped already, and the rest may be written like this, too. */
function escapeControls(text: string): string {
  return text.replaceAll(/[\0-\x1f\x7f-\x9f\u2028\u2029]/g, (char) => {
    const code = char.charCodeAt(0).toString(16);
    return SHORT[char] ?? `\\u${code.padStart(4, "0")}`;
  });
}
