import { defineCommand } from "../../command.ts";
import { UserError } from "../../errors.ts";
import { parsePosition, POSITION_HELP, POSITION_PLACEHOLDER } from "../../position.ts";
import { createProgress } from "../../progress.ts";
import { openSink } from "../../topics/eventFiles.ts";
import { eventJson } from "../../topics/json.ts";
import { rangesOf } from "../../topics/rangesOf.ts";
import { readPages } from "../../topics/readPages.ts";
import { LOG_OPTIONS, withProjectLog } from "../../withProjectLog.ts";

export const exportCommand = defineCommand({
  name: "topics export",
  summary: "Write the events of a topic as JSON lines",
  description: [
    "Writes what the topic has when the command begins, one partition after the other, each event as a JSON object " +
      "on a line of its own: partition, offset, key, value, timestamp (in seconds since 1970) and headers. " +
      "'spacer topics import' reads it.",
    POSITION_HELP,
  ],
  operands: { topic: { placeholder: "TOPIC", description: "The topic", isRequired: true } },
  options: {
    from: {
      type: "string",
      placeholder: POSITION_PLACEHOLDER,
      description: "Events from there on",
    },
    to: { type: "string", placeholder: POSITION_PLACEHOLDER, description: "Events before that" },
    key: { type: "string", placeholder: "K", description: "Events of this key only" },
    output: {
      type: "string",
      short: "o",
      placeholder: "FILE",
      description: "Write to FILE rather than to standard output",
    },
    ...LOG_OPTIONS,
  },
  examples: [
    { command: "spacer topics export orders --output orders.jsonl", meaning: "all events" },
    {
      command: "spacer topics export orders --from 1d | gzip > orders.gz",
      meaning: "those of the last 24 hours",
    },
  ],
  run: async ({ operands: { topic }, options: { json, output, ...options } }, context) => {
    const from = options.from === undefined ? undefined : parsePosition(options.from, "--from");
    const until = options.to === undefined ? undefined : parsePosition(options.to, "--to");
    const { key } = options;
    const { signal } = context;
    const progress = createProgress(context.stderr);
    const sink = await openSink(output, context);
    let events = 0;
    try {
      await withProjectLog(options, context, async ({ log }) => {
        for (const range of await rangesOf(log, topic, { key, from, until })) {
          for await (const page of readPages(log, topic, range)) {
            await sink.write(page.map((event) => `${eventJson(event)}\n`).join(""));
            events += page.length;
            if (output !== undefined) progress.update(`${String(events)} events written`);
            if (signal.aborted) throw interrupted(events);
          }
        }
      });
    } finally {
      progress.clear();
      await sink.close();
    }
    if (output !== undefined) {
      const summary = `${String(events)} events of ${topic} are in ${output}`;
      context.stdout.write(`${json ? JSON.stringify({ topic, events }) : summary}\n`);
    }
    return 0;
  },
});

function interrupted(events: number): UserError {
  return new UserError("interrupted", `${String(events)} events were written`);
}
