/** What a server tells of what happens in it. In production: production/productionReports.ts. */
import type { AccessEntry, LogSettings } from "../runtime/gateway/index.ts";
import type { DispatchEvent } from "../runtime/topics/index.ts";
import type { CommandContext } from "./command.ts";
import type { ProjectConfig } from "./config.ts";
import { describeFailure } from "./errors.ts";
import { describeEvent } from "./eventLine.ts";
import type { OutputBatch } from "./outputBatch.ts";
import { describeRequest } from "./requestLine.ts";
import { styleFor } from "./style.ts";

export interface ServerReports {
  /** How functions log. */
  readonly logSettings: LogSettings;
  readonly onRequest: (entry: AccessEntry) => void;
  /** A request ran into a bug of ours. */
  readonly onBug: (thrown: unknown) => void;
  readonly onEvent: (event: DispatchEvent) => void;
  /** Something the user should know. */
  readonly onNotice: (message: string) => void;
}

export interface ReportOptions {
  readonly context: CommandContext;
  readonly config: ProjectConfig;
  readonly output: OutputBatch;
  /** Whether the access log is on standard output: then only what it does not say is told, on standard error. */
  readonly isAccessPrinted: boolean;
}

/** For people who look at a terminal: all requests and events. */
export function plainReports({
  context,
  config,
  output,
  isAccessPrinted,
}: ReportOptions): ServerReports {
  const { stdout, stderr, env } = context;
  const isDebugging = env["SPACER_DEBUG"] === "1";
  const style = styleFor(isAccessPrinted ? stderr : stdout, env);
  return {
    logSettings: { least: config.logLevel },
    onRequest: (entry) => {
      if (isAccessPrinted && entry.failure === undefined) return;
      const text = describeRequest(entry, style);
      if (isAccessPrinted) output.error(text);
      else output.out(text);
    },
    onBug: (thrown) => {
      output.error(describeFailure(thrown, isDebugging).text);
    },
    onEvent: (event) => {
      output.out(describeEvent(event, styleFor(stdout, env), isDebugging));
    },
    onNotice: (message) => {
      output.error(`spacer: ${message}\n`);
    },
  };
}
