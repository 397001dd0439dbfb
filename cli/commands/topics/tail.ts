import { defineCommand } from "../../command.ts";
import { parsePosition, POSITION_HELP, POSITION_PLACEHOLDER } from "../../position.ts";
import { styleFor } from "../../style.ts";
import { eventJson } from "../../topics/json.ts";
import { eventLine } from "../../topics/eventLine.ts";
import { LAST_EVENTS, tail } from "../../topics/tail.ts";
import { LOG_OPTIONS, withProjectLog } from "../../withProjectLog.ts";
import { writeSlowly } from "../../writing.ts";

export const tailCommand = defineCommand({
  name: "topics tail",
  summary: "Print the last events of a topic, and those to come",
  description: [
    "Prints one line for each event: when it was stored, partition and offset, key, value and headers. Events of " +
      "several partitions stand in the order of their times, those of one in that of their offsets.",
    POSITION_HELP,
    "With --json each line is a JSON object with partition, offset, key, value, timestamp (in seconds since 1970) " +
      "and headers.",
  ],
  operands: { topic: { placeholder: "TOPIC", description: "The topic", isRequired: true } },
  options: {
    follow: {
      type: "boolean",
      short: "f",
      description: "Go on with events that are stored from now on, until Ctrl-C",
    },
    from: {
      type: "string",
      placeholder: POSITION_PLACEHOLDER,
      description: "Begin there rather than with the last events",
    },
    limit: {
      type: "integer",
      short: "n",
      placeholder: "N",
      description: `The last N events (${String(LAST_EVENTS)} if left out); with --from, N events at most`,
    },
    key: { type: "string", placeholder: "K", description: "Events of this key only" },
    partition: { type: "integer", placeholder: "N", description: "Events of this partition only" },
    ...LOG_OPTIONS,
  },
  examples: [
    { command: "spacer topics tail orders", meaning: "the last 10 events" },
    { command: "spacer topics tail orders -f", meaning: "and all that come" },
    { command: "spacer topics tail orders --key 17 --from 0", meaning: "all of the key '17'" },
    {
      command: "spacer topics tail orders --from 15min --json",
      meaning: "those of the last 15 minutes, for programs",
    },
  ],
  run: ({ operands: { topic }, options }, context) => {
    const { from, key, partition, limit, follow } = options;
    const position = from === undefined ? undefined : parsePosition(from, "--from");
    const style = styleFor(context.stdout, context.env);
    return withProjectLog(options, context, async ({ log }) => {
      const signal = follow ? context.signal : undefined;
      const events = tail(log, topic, { from: position, limit, key, partition, follow: signal });
      for await (const event of events) {
        const line = options.json ? `${eventJson(event)}\n` : eventLine(event, style);
        await writeSlowly(context.stdout, line);
      }
      return 0;
    });
  },
});
