import { partitionOf } from "../../../runtime/topics/index.ts";
import { text } from "node:stream/consumers";
import { defineCommand, type CommandContext } from "../../command.ts";
import { UserError } from "../../errors.ts";
import { isTerminal } from "../../style.ts";
import { LOG_OPTIONS, withProjectLog } from "../../withProjectLog.ts";

export const appendCommand = defineCommand({
  name: "topics append",
  summary: "Append an event to a topic",
  description: [
    "VALUE is JSON: 17, '\"text\"', '{\"count\": 2}'. Without it, or when it is '-', it is read from standard input. " +
      "The event is on the disk when the command ends.",
  ],
  operands: {
    topic: { placeholder: "TOPIC", description: "The topic", isRequired: true },
    key: { placeholder: "KEY", description: "The key of the event", isRequired: true },
    value: { placeholder: "VALUE", description: "Its value, in JSON; '-' for standard input" },
  },
  options: {
    header: {
      type: "string",
      placeholder: "NAME=VALUE",
      description: "A text that goes with the event; may be given several times",
      isRepeatable: true,
    },
    "idempotency-key": {
      type: "string",
      placeholder: "KEY",
      description: "Of appends to a topic with the same KEY only the first has an effect",
    },
    ...LOG_OPTIONS,
  },
  examples: [
    {
      command: `spacer topics append orders 17 '{"count": 2}'`,
      meaning: "an event of the key '17'",
    },
    { command: "spacer topics append orders 17 < order.json", meaning: "with the value in a file" },
    { command: "spacer topics append temperatures oslo -- -5", meaning: "a negative number" },
  ],
  run: async ({ operands: { topic, key, value }, options }, context) => {
    const headers = Object.fromEntries(options.header.map(parseHeader));
    const json = checkJson(
      value === undefined || value === "-" ? await readValue(value, context) : value,
    );
    return await withProjectLog(options, context, async ({ log }) => {
      const idempotencyKey = options["idempotency-key"];
      await log.append(topic, [{ key, value: json }], { headers, idempotencyKey });
      const partition = partitionOf(key, log.topic(topic)?.partitions ?? 1);
      context.stdout.write(
        options.json
          ? `${JSON.stringify({ topic, partition, key })}\n`
          : `appended to ${topic}, partition ${String(partition)}\n`,
      );
      return 0;
    });
  },
});

/** @throws UserError */
function parseHeader(given: string): [string, string] {
  const split = given.indexOf("=");
  if (split > 0) return [given.slice(0, split), given.slice(split + 1)];
  throw new UserError(`'${given}' is no header`, "write --header NAME=VALUE");
}

function readValue(value: string | undefined, { stdin }: CommandContext): Promise<string> {
  if (value === undefined && isTerminal(stdin)) {
    throw new UserError("'spacer topics append' needs VALUE", "'-' reads it from standard input");
  }
  return text(stdin);
}

/** @throws UserError "the value is no JSON: ..." */
function checkJson(value: string): string {
  try {
    JSON.parse(value);
    return value.trim();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UserError(
      `the value is no JSON: ${error.message}`,
      "a text stands in double quotes, which a shell takes away: '\"tea\"'",
    );
  }
}
