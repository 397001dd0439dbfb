/** When cron patterns say it is time. The one file that knows croner, of which only the calculation is used. */
import { Cron } from "croner";

/** All times are in milliseconds since 1970. */
export interface Ticks {
  /** The first one after a time; `undefined` when there is none any more. */
  after(timeMs: number): number | undefined;
  /** The last one up to a time. */
  upTo(timeMs: number): number | undefined;
}

/** @param pattern One in which `cronProblem` finds nothing wrong. */
export function ticksOf(pattern: string, timezone: string): Ticks {
  const cron = new Cron(pattern, { mode: "5-or-6-parts", timezone });
  return {
    after: (timeMs) => cron.nextRun(new Date(timeMs))?.getTime(),
    // It gives those before a time.
    upTo: (timeMs) => cron.previousRuns(1, new Date(timeMs + 1))[0]?.getTime(),
  };
}

/** What is wrong with a pattern, as in "never comes"; `undefined` for a good one. */
export function cronProblem(pattern: string): string | undefined {
  const fields = pattern.trim().split(/\s+/);
  // A single time would be taken, too.
  const isPattern = fields.length === 5 || fields.length === 6 || pattern.startsWith("@");
  if (!isPattern || pattern.includes(":"))
    return "must have five fields, or six with seconds in front";
  try {
    const first = ticksOf(pattern, "UTC").after(Date.now());
    return first === undefined ? "never comes" : undefined;
  } catch (error) {
    if (!isError(error)) throw error;
    const message = error.message.replace(/^Cron(?:Pattern|Date): /, "");
    return `is no cron pattern: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
  }
}

/** Whether it is the name of a time zone, as in "Europe/Berlin". */
export function isTimezone(name: string): boolean {
  if (name === "") return false;
  try {
    ticksOf("* * * * *", name).after(0);
    return true;
  } catch (error) {
    if (!isError(error)) throw error;
    return false;
  }
}

export function timezones(): readonly string[] {
  return ["UTC", ...Intl.supportedValuesOf("timeZone")];
}

/** Croner throws TypeError and RangeError, some of them of another realm. */
function isError(thrown: unknown): thrown is Error {
  return ["TypeError", "RangeError"].includes((thrown as { name?: string }).name ?? "");
}
