import { checkTopic, type GroupPartition, type LogStorage } from "../../../runtime/topics/index.ts";
import { defineCommand } from "../../command.ts";
import { UserError } from "../../errors.ts";
import { offsetsOf, parseGoal, POSITION_HELP, type Position } from "../../position.ts";
import { styleFor } from "../../style.ts";
import { formatTable } from "../../table.ts";
import { findGroup } from "../../topics/findGroup.ts";
import { checkPartition } from "../../topics/selectPartitions.ts";
import { LOG_OPTIONS, withProjectLog } from "../../withProjectLog.ts";

export const resetCommand = defineCommand({
  name: "groups reset",
  summary: "Say where a consumer group goes on",
  description: [
    "The group then handles all events of the topic from there on, also those that it has handled before; those " +
      "before it are left out. Processes that take part go on with the new offsets at once. Dead letters of what is " +
      "handled again are forgotten.",
    `${POSITION_HELP} What lies beyond a partition is its beginning or its end.`,
  ],
  operands: {
    group: { placeholder: "GROUP", description: "The group", isRequired: true },
    topic: { placeholder: "TOPIC", description: "The topic", isRequired: true },
  },
  options: {
    to: {
      type: "string",
      placeholder: "POSITION",
      description: "earliest, latest, OFFSET or TIME",
      isRequired: true,
    },
    partition: { type: "integer", placeholder: "N", description: "This partition only" },
    "dry-run": { type: "boolean", description: "Show what would change, and change nothing" },
    ...LOG_OPTIONS,
  },
  examples: [
    {
      command: "spacer groups reset spacer-shop orders --to earliest",
      meaning: "handle all events again",
    },
    {
      command: "spacer groups reset spacer-shop orders --to 2h --dry-run",
      meaning: "what would be handled again since two hours ago",
    },
    {
      command: "spacer groups reset spacer-shop orders --to 18 --partition 3",
      meaning: "leave out an event, the one at offset 17 of partition 3",
    },
  ],
  run: ({ operands, options }, context) => {
    const goal = parseGoal(options.to, "--to");
    const isDry = options["dry-run"];
    return withProjectLog(options, context, async ({ log }) => {
      const changes = await planReset(log, { ...operands, ...options, goal });
      if (!isDry) {
        const offsets = new Map(changes.map(({ partition, after }) => [partition, after]));
        await log.groups.reset(operands.group, operands.topic, offsets);
      }
      if (options.json) {
        const { group, topic } = operands;
        context.stdout.write(
          `${JSON.stringify({ group, topic, dryRun: isDry, partitions: changes })}\n`,
        );
        return 0;
      }
      const style = styleFor(context.stdout, context.env);
      const table = formatTable(
        [
          { title: "partition", isNumber: true },
          { title: "committed", isNumber: true },
          { title: isDry ? "would be" : "now", isNumber: true, paint: style.bold },
          { title: "end", isNumber: true },
          { title: "to handle", isNumber: true },
        ],
        changes.map(({ partition, before, after, end }) => [
          partition,
          before,
          after,
          end,
          end - after,
        ]),
        style,
      );
      context.stdout.write(isDry ? `${table}a dry run: nothing is changed\n` : table);
      return 0;
    });
  },
});

interface ResetPlan {
  readonly group: string;
  readonly topic: string;
  readonly partition: number | undefined;
  readonly goal: Position;
}

interface PartitionChange {
  readonly partition: number;
  /** The committed offset. */
  readonly before: number;
  readonly after: number;
  /** That of the next event that is stored. */
  readonly end: number;
}

/** @throws UserError when the group does not read the topic, or the topic has no such partition */
async function planReset(
  log: LogStorage,
  { group, topic, partition, goal }: ResetPlan,
): Promise<readonly PartitionChange[]> {
  checkPartition(topic, checkTopic(log, topic).partitions, partition);
  const { partitions: all } = await findGroup(log, group);
  const own = all.filter((each) => each.topic === topic);
  if (own.length === 0) throw doesNotRead(group, topic, all);
  const offsets = await offsetsOf(log, topic, goal);
  const bounds = await log.partitions(topic);
  return own
    .filter((each) => partition === undefined || each.partition === partition)
    .map((each) => {
      const { start = 0, end = each.end } = bounds[each.partition] ?? {};
      const wanted = offsets[each.partition] ?? 0;
      const after = Math.max(start, Math.min(wanted, end));
      return { partition: each.partition, before: each.committed, after, end };
    });
}

function doesNotRead(group: string, topic: string, all: readonly GroupPartition[]): UserError {
  const topics = [...new Set(all.map((each) => each.topic))];
  return new UserError(
    `group '${group}' does not read the topic '${topic}'`,
    topics.length === 0 ? "it reads none" : `it reads ${topics.join(", ")}`,
  );
}
