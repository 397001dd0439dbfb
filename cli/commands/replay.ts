import { defineCommand } from "../command.ts";
import { UserError } from "../errors.ts";
import { parsePosition, POSITION_HELP, POSITION_PLACEHOLDER } from "../position.ts";
import { GROUP_OPTION } from "../topics/deadLetters.ts";
import { LOG_OPTIONS } from "../withProjectLog.ts";

const MAX_CONCURRENCY = 1000;

export const replayCommand = defineCommand({
  name: "replay",
  summary: "Call a function with the events of a topic once more",
  description: [
    "Calls the function as a trigger does, fn(value, event), with each event that the topic has when the command begins. " +
      "The events of a key come in their order, those of many keys at the same time. No consumer group takes part, and " +
      "none is changed. An event that fails is reported and not tried again.",
    "What the function appends is stored, unless --dry-run or --diff holds it back, also where it calls others by " +
      "flow.call. Nothing else that it does is held back.",
    "--diff compares what the function returns and appends today with what it did when the consumer group handled the event " +
      "first. Values are compared, not their texts, and appended events in the order of each key. An event that the group " +
      "has not handled by a function of this name is compared with nothing.",
    POSITION_HELP,
    "Output of the function goes to standard error. With --json there is a line for each event: partition, offset, key; " +
      "status, which is done or failed, and with --diff equal, different, new or failed; result and appends, or error and " +
      "traceback; with --diff also before. The last line has the summary. The exit code is 1 when an event failed or, with " +
      "--diff, differs.",
  ],
  operands: { topic: { placeholder: "TOPIC", description: "The topic", isRequired: true } },
  options: {
    to: {
      type: "string",
      placeholder: "FUNCTION",
      description: "The function, of app/, such as handlers/on_order",
      isRequired: true,
    },
    from: {
      type: "string",
      placeholder: POSITION_PLACEHOLDER,
      description: "Events from there on",
    },
    until: {
      type: "string",
      placeholder: POSITION_PLACEHOLDER,
      description: "Events before that",
    },
    key: { type: "string", placeholder: "K", description: "Events of this key only" },
    partition: { type: "integer", placeholder: "N", description: "Events of this partition only" },
    "dry-run": {
      type: "boolean",
      description: "Store nothing; show what the function returns and would append",
    },
    diff: {
      type: "boolean",
      description: "Store nothing; show where it does something else than at first",
    },
    group: {
      ...GROUP_OPTION,
      description: "With --diff: the consumer group; the project's own if left out",
    },
    concurrency: {
      type: "integer",
      placeholder: "N",
      description: "Call it for N keys at the same time; as the trigger does if left out",
      maximum: MAX_CONCURRENCY,
    },
    limit: {
      type: "integer",
      short: "n",
      placeholder: "N",
      description: "Show N events of a kind; 10 if left out, all with --json",
    },
    "stop-on-error": { type: "boolean", description: "End at the first event that fails" },
    ...LOG_OPTIONS,
  },
  examples: [
    {
      command: "spacer replay orders --to handlers/total --diff",
      meaning: "what an edited function would have done otherwise",
    },
    {
      command: "spacer replay orders --to handlers/total --key 17 --dry-run",
      meaning: "what it does with the events of the key '17'",
    },
    {
      command: "spacer replay orders --to handlers/backfill --from 3d",
      meaning: "a new function, for the events of the last three days",
    },
  ],
  run: async ({ operands: { topic }, options }, context) => {
    const { to, from, until, key, partition, diff, concurrency, ...others } = options;
    if (options.group !== undefined && !diff) {
      throw new UserError("option '--group' goes with --diff", "other replays know no group");
    }
    if (concurrency === 0) throw new UserError("option '--concurrency' needs a number from 1");
    const selection = {
      key,
      partition,
      from: from === undefined ? undefined : parsePosition(from, "--from"),
      until: until === undefined ? undefined : parsePosition(until, "--until"),
    };
    // Loaded when needed: it is most of the program, and other commands start faster without it.
    const { runReplay } = await import("../replay/index.ts");
    const request = {
      ...others,
      topic,
      selection,
      concurrency,
      functionName: to,
      mode: diff ? "diff" : options["dry-run"] ? "dry-run" : "run",
      stopsOnError: options["stop-on-error"],
    } as const;
    return await runReplay(request, context);
  },
});
