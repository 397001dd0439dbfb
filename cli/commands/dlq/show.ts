import type { DeadLetter } from "../../../runtime/topics/index.ts";
import { defineCommand } from "../../command.ts";
import { printable, printableJson } from "../../printable.ts";
import { styleFor, type Style } from "../../style.ts";
import { formatTime } from "../../time.ts";
import { findLetters, GROUP_OPTION } from "../../topics/deadLetters.ts";
import { placeOf } from "../../topics/eventLine.ts";
import { letterJson } from "../../topics/letterJson.ts";
import { LOG_OPTIONS, withProjectLog } from "../../withProjectLog.ts";

export const showCommand = defineCommand({
  name: "dlq show",
  summary: "Show a dead letter: event, error, traceback",
  description: [],
  operands: { id: { placeholder: "ID", description: "As 'dlq list' says", isRequired: true } },
  options: { group: GROUP_OPTION, ...LOG_OPTIONS },
  examples: [{ command: "spacer dlq show 3", meaning: "why event and function did not get along" }],
  run: ({ operands: { id }, options }, context) =>
    withProjectLog(options, context, async (opened) => {
      const letters = await findLetters(opened, { group: options.group }, [id]);
      const style = styleFor(context.stdout, context.env);
      for (const letter of letters) {
        context.stdout.write(
          options.json ? `${letterJson(letter)}\n` : describeLetter(letter, style),
        );
      }
      return 0;
    }),
});

function describeLetter(letter: DeadLetter, style: Style): string {
  const { id, group, event, handler, attempts, error, traceback, timestampMs, isRedriven } = letter;
  const headers = Object.entries(event.headers).map(([name, text]) => `${name}=${text}`);
  const rows: readonly (readonly [string, string])[] = [
    ["event", `${event.topic} ${placeOf(event)}, stored at ${formatTime(event.timestampMs)}`],
    ["key", printable(event.key)],
    ["value", printableJson(event.value)],
    ...headers.map((header) => ["header", printable(header)] as const),
    [
      "function",
      `${printable(handler)}, ${attempts === 1 ? "tried once" : `tried ${String(attempts)} times`}`,
    ],
    ["given up", formatTime(timestampMs)],
    ...(isRedriven ? [["redriven", "it is to be handled again"] as const] : []),
    ["error", style.red(printable(error))],
  ];
  const lines = [
    `dead letter ${style.bold(id)} of group ${style.bold(group)}`,
    ...rows.map(([name, text]) => `  ${style.dim(name.padEnd(8))}  ${text}`),
    ...(traceback === undefined ? [] : ["", ...traceback.split("\n").map(indented)]),
  ];
  return `${lines.join("\n")}\n`;
}

/** A traceback is indented by tabs. */
function indented(line: string): string {
  return `  ${printable(line.replaceAll("\t", "  "))}`;
}
