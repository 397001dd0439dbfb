/** The setting `schedules`. */
import {
  json,
  object,
  optional,
  map,
  placeOf,
  problem,
  required,
  string,
  stringThat,
  defaulted,
  type Origin,
} from "./configReaders.ts";
import { theCron } from "./server.lazy.ts";
import { suggest } from "./suggestion.ts";

/** As in cron: minute, hour, day of the month, month, day of the week; with seconds in front if there are six. */
const cron = stringThat((text) => {
  const complaint = theCron().cronProblem(text);
  return complaint === undefined ? undefined : `'${text}' ${complaint}`;
});

/** As in `Europe/Berlin`. */
const timezone = stringThat((text) =>
  theCron().isTimezone(text)
    ? undefined
    : `'${text}' is no time zone (${suggest(text, theCron().timezones(), "as in Europe/Berlin")})`,
);

/** Appends an event at certain times. */
export const schedule = map(
  object({
    cron: required(cron, 'cron: "*/5 * * * *"'),
    /** Whose clock counts; UTC when left out. */
    timezone: optional(timezone),
    topic: required(string, "topic: ticks"),
    key: required(string, "key: cleanup"),
    /** The value of the event; null when left out. */
    value: defaulted(json),
  }),
  (read) => ({ ...read, timezone: read.timezone ?? "UTC" }),
);

export type ScheduleConfig = ReturnType<typeof schedule>;

/** What can be said only when all settings are known. @throws UserError */
export function checkSchedules(
  schedules: readonly ScheduleConfig[],
  topics: readonly string[],
  origin: Origin,
): void {
  const seen = new Map<string, number>();
  schedules.forEach(({ cron, timezone, topic, key }, index) => {
    const place = (field: string) => ({
      ...placeOf(origin, ["schedules", String(index), field]),
      path: `schedules[${String(index + 1)}].${field}`,
    });
    if (!topics.includes(topic)) {
      const hint =
        topics.length === 0 ? `add it: topics: [${topic}]` : suggest(topic, topics, "topics");
      throw problem(place("topic"), `there is no topic '${topic}'`, hint);
    }
    const identity = JSON.stringify([cron, timezone, topic, key]);
    const twin = seen.get(identity);
    if (twin !== undefined) {
      const name = `schedules[${String(twin + 1)}]`;
      throw problem(
        place("key"),
        `is the same as that of ${name}, at the same times`,
        "use another",
      );
    }
    seen.set(identity, index);
  });
}
