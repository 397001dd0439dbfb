import { defineCommand } from "../../command.ts";
import { styleFor } from "../../style.ts";
import { formatTable } from "../../table.ts";
import { LOG_OPTIONS, withProjectLog } from "../../withProjectLog.ts";

export const listCommand = defineCommand({
  name: "groups list",
  summary: "List the consumer groups of a project",
  description: [
    "Says how many processes take part in each one, which topics it reads, how many events it has not handled (its " +
      "lag), and how many it has given up (its dead letters).",
  ],
  operands: {},
  options: LOG_OPTIONS,
  examples: [{ command: "spacer groups list", meaning: "all groups there are or were" }],
  run: ({ options }, context) =>
    withProjectLog(options, context, async ({ log }) => {
      const groups = await log.groups.list();
      if (options.json) {
        context.stdout.write(`${JSON.stringify(groups)}\n`);
        return 0;
      }
      const table = formatTable(
        [
          { title: "group" },
          { title: "members", isNumber: true },
          { title: "lag", isNumber: true },
          { title: "dead letters", isNumber: true },
          { title: "topics" },
        ],
        groups.map(({ name, members, lag, deadLetters, topics }) => [
          name,
          members,
          lag,
          deadLetters,
          topics.join(" "),
        ]),
        styleFor(context.stdout, context.env),
      );
      context.stdout.write(
        groups.length === 0 ? "no process has taken part in a consumer group yet\n" : table,
      );
      return 0;
    }),
});
