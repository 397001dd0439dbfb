import { defineCommand } from "../../command.ts";
import { UserError } from "../../errors.ts";
import { createProgress } from "../../progress.ts";
import { isTerminal } from "../../style.ts";
import { openSource } from "../../topics/eventFiles.ts";
import { importEvents } from "../../topics/importEvents.ts";
import { LOG_OPTIONS, withProjectLog } from "../../withProjectLog.ts";

export const importCommand = defineCommand({
  name: "topics import",
  summary: "Append events from JSON lines to a topic",
  description: [
    "Each line is a JSON object with key and value, perhaps with headers (texts by name), as 'spacer topics export' " +
      "writes it. Other members are passed over: the log gives partition, offset and timestamp itself. The events " +
      "are stored in the order of the lines.",
    "An import that fails or is stopped says up to which line events are stored. With --idempotency-key the same " +
      "command may then be run again, once the rest of the file is mended if need be: what is stored is left out. " +
      "Lines that are stored must be as they were; a file that has grown is to be imported under another KEY.",
  ],
  operands: {
    topic: { placeholder: "TOPIC", description: "The topic", isRequired: true },
    file: { placeholder: "FILE", description: "The lines; standard input if left out, or '-'" },
  },
  options: {
    "idempotency-key": {
      type: "string",
      placeholder: "KEY",
      description: "Leave out what an import with the same KEY has stored already",
    },
    ...LOG_OPTIONS,
  },
  examples: [
    { command: "spacer topics import orders orders.jsonl", meaning: "the events of a file" },
    {
      command: "spacer topics import orders orders.jsonl --idempotency-key first",
      meaning: "the same, safe to repeat until it ends well",
    },
  ],
  run: async ({ operands: { topic, file }, options }, context) => {
    if (file === undefined && isTerminal(context.stdin)) {
      throw new UserError("'spacer topics import' needs FILE", "'-' reads standard input");
    }
    const source = await openSource(file === "-" ? undefined : file, context);
    const progress = createProgress(context.stderr);
    try {
      const { events } = await withProjectLog(options, context, ({ log }) =>
        importEvents(log, topic, source.lines, {
          name: source.name,
          idempotencyKey: options["idempotency-key"],
          onProgress: (imported) => progress.update(`${String(imported.events)} events stored`),
        }),
      );
      progress.clear();
      const summary = `${String(events)} events of ${source.name} are stored in ${topic}`;
      context.stdout.write(`${options.json ? JSON.stringify({ topic, events }) : summary}\n`);
      return 0;
    } finally {
      progress.clear();
      await source.close();
    }
  },
});
