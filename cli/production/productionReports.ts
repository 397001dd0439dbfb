/** What a server in production tells of requests and events: entries of its log, where something went wrong. */
import type { AccessEntry } from "../../runtime/gateway/index.ts";
import type { CallReport, DispatchEvent } from "../../runtime/topics/index.ts";
import { fromBytes } from "../bytes.ts";
import { describeFailure } from "../errors.ts";
import { hiddenPlace } from "../requestLine.ts";
import type { ServerReports } from "../serverReports.ts";
import type { ServerLog } from "./serverLog.ts";

/** @param isDebugging Whether to show JavaScript stacks of bugs (`SPACER_DEBUG=1`). */
export function productionReports(log: ServerLog, isDebugging: boolean): ServerReports {
  const onBug = (thrown: unknown): void => {
    const { text } = describeFailure(thrown, isDebugging);
    log.write({ level: "crit", message: text.trimEnd() });
  };
  return {
    logSettings: log.settings,
    onRequest: (entry) => {
      if (entry.failure !== undefined) reportRequest(log, entry, entry.failure);
    },
    onBug,
    onEvent: (event) => {
      if (event.type === "bug") onBug(event.thrown);
      else reportEvent(log, event);
    },
    onNotice: (message) => {
      log.warn(message);
    },
  };
}

function reportRequest(
  log: ServerLog,
  { status, method, path, functionName, invocation, durationMs }: AccessEntry,
  failure: NonNullable<AccessEntry["failure"]>,
): void {
  log.write({
    level: status >= 500 ? "error" : "warn",
    message: `${String(status)} ${method} ${path}: ${fromBytes(failure.text)}${hiddenPlace(failure)}`,
    function: functionName === undefined ? undefined : fromBytes(functionName),
    trace: invocation?.span?.trace.id,
    durationMs,
    traceback: failure.traceback === undefined ? undefined : fromBytes(failure.traceback),
  });
}

function reportEvent(log: ServerLog, event: Exclude<DispatchEvent, { type: "bug" }>): void {
  switch (event.type) {
    case "handled":
      log.write({ level: "info", ...callOf(event), message: `event ${placeOf(event)} handled` });
      return;
    case "failed": {
      const next = `attempt ${String(event.attempt)} failed, again in ${String(Math.round(event.retryMs))} ms`;
      log.write({
        level: "warn",
        ...callOf(event),
        message: `event ${placeOf(event)}: ${next}: ${event.error}`,
      });
      return;
    }
    case "dead": {
      const end = `failed ${String(event.attempt)} times, is a dead letter (spacer dlq)`;
      log.write({
        level: "error",
        ...callOf(event),
        message: `event ${placeOf(event)}: ${end}: ${event.error}`,
      });
      return;
    }
    case "paused": {
      const why =
        event.why === "unavailable" ? "its function can't be called" : "most of its events fail";
      log.error(`topic ${event.topic} pauses: ${why}: ${event.error}`);
      return;
    }
    case "resumed":
      log.notice(`topic ${event.topic} goes on`);
      return;
    case "problem":
      if (event.error === undefined) log.notice("triggers go on");
      else log.error(`triggers wait for the event log: ${event.error.message}`);
  }
}

function placeOf({ event: { topic, partition, offset, key } }: CallReport): string {
  return `${topic} ${String(partition)}/${String(offset)} ${JSON.stringify(key)}`;
}

function callOf({ handler, durationMs }: CallReport) {
  return { function: handler, durationMs };
}
