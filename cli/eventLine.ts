/** One line for what happens to an event, and why it failed below it. */
import type { CallReport, DispatchEvent } from "../runtime/topics/index.ts";
import { describeFailure } from "./errors.ts";
import type { Style } from "./style.ts";

/**
 * "EVENT users 3/17 'ann' handlers/welcome 1.2 ms"
 *
 * @param describeError Makes lines of why a function failed.
 */
export function describeEvent(
  event: DispatchEvent,
  style: Style,
  isDebugging: boolean,
  describeError: (error: string) => string = (error) => errorLines(error, style),
): string {
  switch (event.type) {
    case "handled":
      return `${style.green("EVENT")} ${describeCall(event, style)}\n`;
    case "failed": {
      const next = `attempt ${String(event.attempt)} failed, again in ${seconds(event.retryMs)}`;
      return `${style.yellow("EVENT")} ${describeCall(event, style)} ${next}\n${describeError(event.error)}`;
    }
    case "dead": {
      const end = `failed ${String(event.attempt)} times: a dead letter (spacer dlq)`;
      return `${style.red("EVENT")} ${describeCall(event, style)} ${end}\n${describeError(event.error)}`;
    }
    case "paused": {
      const why =
        event.why === "unavailable"
          ? "its function can't be called; no attempt is spent"
          : "most of its events fail; no more attempts are spent until one succeeds";
      return `${style.yellow("PAUSED")} topic ${event.topic}: ${why}\n${describeError(event.error)}`;
    }
    case "resumed":
      return `${style.green("RESUMED")} topic ${event.topic}\n`;
    case "problem":
      return event.error === undefined
        ? "triggers go on\n"
        : `${style.yellow("triggers wait for the event log")}: ${event.error.message}\n`;
    case "bug":
      return describeFailure(event.thrown, isDebugging).text;
  }
}

function describeCall({ event, handler, durationMs }: CallReport, style: Style): string {
  const { topic, partition, offset, key } = event;
  const time = `${durationMs.toFixed(durationMs < 100 ? 1 : 0)} ms`;
  const place = `${topic} ${String(partition)}/${String(offset)}`;
  return `${place} ${JSON.stringify(key)} ${style.cyan(handler)} ${style.dim(time)}`;
}

function errorLines(error: string, style: Style): string {
  const [first = "", ...rest] = error.split("\n");
  return [style.red(first), ...rest].map((line) => `    ${line}\n`).join("");
}

function seconds(timeMs: number): string {
  return timeMs < 1000 ? `${timeMs.toFixed(0)} ms` : `${(timeMs / 1000).toFixed(1)} s`;
}
