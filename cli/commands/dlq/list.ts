import { defineCommand } from "../../command.ts";
import { shorten } from "../../printable.ts";
import { styleFor } from "../../style.ts";
import { formatTable } from "../../table.ts";
import { formatTime } from "../../time.ts";
import { LETTER_FILTER_OPTIONS, listLetters } from "../../topics/deadLetters.ts";
import { placeOf } from "../../topics/eventLine.ts";
import { letterJson } from "../../topics/letterJson.ts";
import { LOG_OPTIONS, withProjectLog } from "../../withProjectLog.ts";

const DEFAULT_LIMIT = 100;
const MAX_ERROR_LENGTH = 80;
const MAX_KEY_LENGTH = 40;

export const listCommand = defineCommand({
  name: "dlq list",
  summary: "List dead letters",
  description: ["The oldest ones first."],
  operands: {},
  options: {
    ...LETTER_FILTER_OPTIONS,
    limit: {
      type: "integer",
      short: "n",
      placeholder: "N",
      description: `N at most (${String(DEFAULT_LIMIT)} if left out)`,
    },
    ...LOG_OPTIONS,
  },
  examples: [
    { command: "spacer dlq list", meaning: "those of the project in the current folder" },
    { command: "spacer dlq list --topic orders --key 17", meaning: "those of one key" },
  ],
  run: ({ options: { limit = DEFAULT_LIMIT, json, ...options } }, context) =>
    withProjectLog(options, context, async (opened) => {
      const found = await listLetters(opened, options, { limit: limit + 1 });
      const letters = found.slice(0, limit);
      if (json) {
        context.stdout.write(`[${letters.map(letterJson).join(",\n ")}]\n`);
        return 0;
      }
      const style = styleFor(context.stdout, context.env);
      const table = formatTable(
        [
          { title: "id", isNumber: true },
          { title: "given up" },
          { title: "topic" },
          { title: "place" },
          { title: "key", paint: style.cyan },
          { title: "function" },
          { title: "attempts", isNumber: true },
          { title: "error" },
        ],
        letters.map(({ id, timestampMs, event, handler, attempts, error, isRedriven }) => [
          id,
          formatTime(timestampMs),
          event.topic,
          placeOf(event),
          shorten(event.key, MAX_KEY_LENGTH),
          handler,
          attempts,
          (isRedriven ? "(redriven) " : "") + shorten(error, MAX_ERROR_LENGTH),
        ]),
        style,
      );
      context.stdout.write(letters.length === 0 ? "no dead letters\n" : table);
      if (found.length > limit) {
        context.stderr.write(`spacer: there are more; --limit ${String(limit * 10)} shows them\n`);
      }
      return 0;
    }),
});
