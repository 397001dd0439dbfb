import { defineCommand } from "../../command.ts";
import { styleFor } from "../../style.ts";
import { formatTable } from "../../table.ts";
import { formatTime } from "../../time.ts";
import { seconds } from "../../topics/json.ts";
import { LOG_OPTIONS, withProjectLog } from "../../withProjectLog.ts";

export const listCommand = defineCommand({
  name: "topics list",
  summary: "List the topics of a project",
  description: ["Says how many events each one has, and when the last one was stored."],
  operands: {},
  options: LOG_OPTIONS,
  examples: [
    { command: "spacer topics list", meaning: "the topics of the project in the current folder" },
    { command: "spacer topics list --json", meaning: "the same as a JSON array" },
  ],
  run: ({ options }, context) =>
    withProjectLog(options, context, async ({ log }) => {
      const topics = await Promise.all(
        log.topics().map(async ({ name, partitions }) => {
          const all = await log.partitions(name);
          const lastMs = Math.max(...all.map((each) => each.lastMs ?? -Infinity));
          return {
            name,
            partitions,
            events: all.reduce((sum, { start, end }) => sum + end - start, 0),
            lastMs: lastMs === -Infinity ? undefined : lastMs,
          };
        }),
      );
      context.stdout.write(
        options.json
          ? `${JSON.stringify(topics.map(({ lastMs, ...topic }) => ({ ...topic, lastTimestamp: seconds(lastMs) })))}\n`
          : formatTable(
              [
                { title: "topic" },
                { title: "partitions", isNumber: true },
                { title: "events", isNumber: true },
                { title: "last event" },
              ],
              topics.map(({ name, partitions, events, lastMs }) => [
                name,
                partitions,
                events,
                lastMs === undefined ? undefined : formatTime(lastMs),
              ]),
              styleFor(context.stdout, context.env),
            ),
      );
      return 0;
    }),
});
