/** The access log of a project: a line for each span, in `logs/access.log` and, where the settings say so, on standard output. */
import { join } from "node:path";
import type { ProjectConfig } from "../config.ts";
import { accessLine, type LineSpan } from "./accessLine.ts";
import { LogFile } from "./logFile.ts";

/** From the root of a project. */
export const ACCESS_LOG_FILE = "logs/access.log";

export interface AccessLogOptions {
  /** Absolute path of the project. */
  readonly root: string;
  readonly config: ProjectConfig;
  /** Writes to standard output. `undefined` where that is for people. */
  readonly print: ((line: string) => void) | undefined;
  /** Something the user should know. */
  readonly onNotice: (message: string) => void;
}

export interface AccessLog {
  readonly takeSpan: (span: LineSpan) => void;
  /** Whether it is on standard output. */
  readonly isPrinted: boolean;
  /** Goes on in a new file when the old one was renamed. */
  reopen(): void;
  close(): void;
}

export function openAccessLog({ root, config, print, onNotice }: AccessLogOptions): AccessLog {
  const { accessLog: place = "file" } = config.gateway;
  const file =
    place === "file" || place === "both"
      ? new LogFile({ path: join(root, ACCESS_LOG_FILE), name: ACCESS_LOG_FILE, onNotice })
      : undefined;
  const printed = place === "stdout" || place === "both" ? print : undefined;
  return {
    takeSpan: (span) => {
      if (file === undefined && printed === undefined) return;
      const line = accessLine(span);
      file?.write(line);
      printed?.(line);
    },
    isPrinted: printed !== undefined,
    reopen: () => file?.reopen(),
    close: () => file?.close(),
  };
}
