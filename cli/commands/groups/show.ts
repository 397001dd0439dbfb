import { defineCommand } from "../../command.ts";
import { consumerGroupOf } from "../../consumerGroup.ts";
import { styleFor } from "../../style.ts";
import { formatTable } from "../../table.ts";
import { findGroup } from "../../topics/findGroup.ts";
import { LOG_OPTIONS, withProjectLog } from "../../withProjectLog.ts";

export const showCommand = defineCommand({
  name: "groups show",
  summary: "Show how far a consumer group has come",
  description: [
    "For each partition: the offset up to which the group has handled all events, that of the next event that is " +
      "stored, how many events are not handled (the lag), and which process has the partition.",
  ],
  operands: {
    group: { placeholder: "GROUP", description: "The group; the project's own if left out" },
  },
  options: LOG_OPTIONS,
  examples: [
    { command: "spacer groups show", meaning: "the group of the project in the current folder" },
    { command: "spacer groups show reports --json", meaning: "another one, for programs" },
  ],
  run: ({ operands, options }, context) =>
    withProjectLog(options, context, async ({ log, config }) => {
      const group = await findGroup(log, operands.group ?? consumerGroupOf(config));
      if (options.json) {
        const partitions = group.partitions.map((each) => ({
          ...each,
          member: each.member ?? null,
        }));
        context.stdout.write(`${JSON.stringify({ ...group, partitions })}\n`);
        return 0;
      }
      const style = styleFor(context.stdout, context.env);
      const table = formatTable(
        [
          { title: "topic" },
          { title: "partition", isNumber: true },
          { title: "committed", isNumber: true },
          { title: "end", isNumber: true },
          { title: "lag", isNumber: true },
          { title: "member" },
        ],
        group.partitions.map(({ topic, partition, committed, end, lag, member }) => [
          topic,
          partition,
          committed,
          end,
          lag,
          member,
        ]),
        style,
      );
      const count = group.members.length;
      const members = count === 1 ? "1 member" : `${String(count)} members`;
      context.stdout.write(`group ${style.bold(group.name)}, ${members}\n${table}`);
      return 0;
    }),
});
