/** The log of a server in production: lines on standard error, from a level on. */
import type { LogLevel, LogSettings } from "../../runtime/gateway/index.ts";
import { fromBytes } from "../bytes.ts";
import type { ProjectConfig } from "../config.ts";
import { jsonLine, textLine, type LogRecord } from "./logLine.ts";

export interface ServerLogOptions {
  readonly config: Pick<ProjectConfig, "logLevel" | "logFormat">;
  /** The number of the worker whose log it is; `undefined` where there are none, and in the process that has them. */
  readonly worker?: number | undefined;
  /** Writes a text, with its line break. */
  readonly write: (text: string) => void;
}

export class ServerLog {
  readonly isJson: boolean;
  private readonly least: LogLevel;
  private readonly worker: number | undefined;
  private readonly writeText: (text: string) => void;

  constructor({ config, worker, write }: ServerLogOptions) {
    this.isJson = config.logFormat === "json";
    this.least = config.logLevel ?? "notice";
    this.worker = worker;
    this.writeText = write;
  }

  write(record: LogRecord): void {
    if (RANKS[record.level] > RANKS[this.least]) return;
    const line = this.isJson ? jsonLine : textLine;
    this.writeText(`${line({ worker: this.worker, ...record }, new Date())}\n`);
  }

  notice(message: string): void {
    this.write({ level: "notice", message });
  }

  warn(message: string): void {
    this.write({ level: "warn", message });
  }

  error(message: string): void {
    this.write({ level: "error", message });
  }

  /** What makes the functions of a project log here. */
  get settings(): LogSettings {
    return {
      least: this.least,
      take: ({ level, text, context, functionName, traceId }) => {
        this.write({
          level,
          message: fromBytes(text),
          context,
          function: functionName === undefined ? undefined : fromBytes(functionName),
          trace: traceId,
        });
      },
    };
  }
}

/** The most urgent first. */
const RANKS: Readonly<Record<LogLevel, number>> = {
  stderr: 0,
  emerg: 1,
  alert: 2,
  crit: 3,
  error: 4,
  warn: 5,
  notice: 6,
  info: 7,
  debug: 8,
};
