import type { GroupDescription, LogStorage, PartitionInfo } from "../../../runtime/topics/index.ts";
import { defineCommand } from "../../command.ts";
import { styleFor, type Style } from "../../style.ts";
import { formatTable } from "../../table.ts";
import { formatTime } from "../../time.ts";
import { seconds } from "../../topics/json.ts";
import { LOG_OPTIONS, withProjectLog } from "../../withProjectLog.ts";

export const showCommand = defineCommand({
  name: "topics show",
  summary: "Show the partitions of a topic and who reads it",
  description: [
    "For each partition: the offset of the first event that is kept, that of the next one, and when the last one " +
      "was stored. For each consumer group that reads the topic: the offset up to which it has handled all events, " +
      "how many it has not handled (its lag), and which process has the partition.",
  ],
  operands: { topic: { placeholder: "TOPIC", description: "The topic", isRequired: true } },
  options: LOG_OPTIONS,
  examples: [
    { command: "spacer topics show orders", meaning: "partitions and groups of 'orders'" },
  ],
  run: ({ operands: { topic }, options }, context) =>
    withProjectLog(options, context, async ({ log }) => {
      const partitions = await log.partitions(topic);
      const groups = await groupsThatRead(log, topic);
      const style = styleFor(context.stdout, context.env);
      context.stdout.write(
        options.json
          ? `${toJson(topic, partitions, groups)}\n`
          : [
              describePartitions(partitions, style),
              ...groups.map((each) => describeGroup(each, style)),
            ].join("\n"),
      );
      return 0;
    }),
});

/** Their partitions of this topic only. */
async function groupsThatRead(
  log: LogStorage,
  topic: string,
): Promise<readonly GroupDescription[]> {
  const summaries = await log.groups.list();
  const groups = await Promise.all(
    summaries
      .filter(({ topics }) => topics.includes(topic))
      .map(({ name }) => log.groups.describe(name)),
  );
  return groups.flatMap((group) =>
    group === undefined
      ? []
      : [{ ...group, partitions: group.partitions.filter((each) => each.topic === topic) }],
  );
}

function describePartitions(partitions: readonly PartitionInfo[], style: Style): string {
  return formatTable(
    [
      { title: "partition", isNumber: true },
      { title: "start", isNumber: true },
      { title: "end", isNumber: true },
      { title: "last event" },
    ],
    partitions.map(({ partition, start, end, lastMs }) => [
      partition,
      start,
      end,
      lastMs === undefined ? undefined : formatTime(lastMs),
    ]),
    style,
  );
}

function describeGroup({ name, partitions }: GroupDescription, style: Style): string {
  const table = formatTable(
    [
      { title: "partition", isNumber: true },
      { title: "committed", isNumber: true },
      { title: "lag", isNumber: true },
      { title: "member" },
    ],
    partitions.map(({ partition, committed, lag, member }) => [partition, committed, lag, member]),
    style,
  );
  return `group ${style.bold(name)}\n${table}`;
}

function toJson(
  name: string,
  partitions: readonly PartitionInfo[],
  groups: readonly GroupDescription[],
): string {
  return JSON.stringify({
    name,
    partitions: partitions.map(({ lastMs, ...partition }) => ({
      ...partition,
      lastTimestamp: seconds(lastMs),
    })),
    groups: groups.map((group) => ({
      name: group.name,
      partitions: group.partitions.map(({ partition, committed, lag, member }) => ({
        partition,
        committed,
        lag,
        member: member ?? null,
      })),
    })),
  });
}
