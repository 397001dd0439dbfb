/**
 * The project's log: lines for people on standard error, in the form of nginx's error log:
 *
 *     2026/11/27 07:14:37 [error] app/orders.lua:12: load(): no such order, function: orders, trace: 0f3c...
 */
import { current } from "../core/current.ts";
import type { Invocation } from "../core/invocation.ts";
import type { LuaState } from "../core/state.ts";
import { withoutSecrets } from "./failure.ts";
import { functionsOf } from "./functions.ts";

/** By number, the most urgent first: nginx's. */
const LEVELS = [
  "stderr",
  "emerg",
  "alert",
  "crit",
  "error",
  "warn",
  "notice",
  "info",
  "debug",
] as const;

export type LogLevel = (typeof LEVELS)[number];

/** The level of a number; `undefined` when there is none. */
export function logLevel(number: number): LogLevel | undefined {
  return LEVELS[number];
}

export interface LogEntry {
  readonly level: LogLevel;
  /** In bytes. */
  readonly text: string;
  /** Whose code it comes from. */
  readonly invocation?: Invocation | undefined;
  /** What is running, where that is no call of a function: "ngx.timer". */
  readonly context?: string | undefined;
}

/** How whoever serves a project wants its log. */
export interface LogSettings {
  /** The least urgent level that is logged; unless given all are in development, those from `notice` on in production. */
  readonly least?: LogLevel | undefined;
  /** Takes entries in place of standard error. */
  readonly take?: ((entry: TakenEntry) => void) | undefined;
}

/** Byte strings. */
export interface TakenEntry {
  readonly level: LogLevel;
  readonly text: string;
  readonly context: string | undefined;
  readonly functionName: string | undefined;
  readonly traceId: string | undefined;
}

/** Whether lines of a level are wanted where those up to `least` are. */
function isWanted(level: LogLevel, least: LogLevel): boolean {
  return LEVELS.indexOf(level) <= LEVELS.indexOf(least);
}

/** Writes a line. What a program printed before comes before. */
export function writeLog(state: LuaState, entry: LogEntry): void {
  const { level, invocation, context } = entry;
  const { log, mode } = functionsOf(state);
  if (!isWanted(level, log.least ?? (mode === "production" ? "notice" : "debug"))) return;
  const { clock, files } = state.host;
  const text = withoutSecrets(entry.text, state);
  const name = invocation?.functionName;
  const trace = invocation?.span?.trace.id;
  if (log.take !== undefined) {
    files.stdout.flush();
    log.take({ level, text, context, functionName: name, traceId: trace });
    return;
  }
  const about = [
    ...(context === undefined ? [] : [`context: ${context}`]),
    ...(name === undefined ? [] : [`function: ${name}`]),
    ...(trace === undefined ? [] : [`trace: ${trace}`]),
  ];
  const end = about.length === 0 ? "" : `, ${about.join(", ")}`;
  const line = `${timeText(clock.nowMs())} [${level}] ${text}${end}\n`;
  // The one who writes is named in front of lines in development.
  const { invocation: before } = current;
  current.invocation = invocation;
  try {
    files.stdout.flush();
    files.stderr.write(line);
  } finally {
    current.invocation = before;
  }
}

/** "2026/11/27 07:14:37", in the time zone of this machine. */
function timeText(timeMs: number): string {
  const date = new Date(timeMs);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = [String(date.getFullYear()), two(date.getMonth() + 1), two(date.getDate())].join("/");
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${day} ${time}`;
}
