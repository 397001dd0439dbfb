import { analyzeFunction } from "../analyze/index.ts";
import { defineCommand } from "../command.ts";
import { findProjectRoot } from "../projectRoot.ts";

export const analyzeCommand = defineCommand({
  name: "analyze",
  summary: "Show where the time of a function goes",
  description: [
    "Reads the access log of the project DIR and makes a page of all traces in which FUNCTION was called: a flame graph of " +
      "what a call does, percentiles, and the slowest calls. The page needs no network. FUNCTION is a name " +
      "as it stands in the log: hello, controllers/users/get.",
  ],
  operands: {
    dir: { placeholder: "DIR", description: "The project", isRequired: true },
    function: {
      placeholder: "FUNCTION",
      description: "The function to look at",
      isRequired: true,
    },
  },
  options: {
    output: {
      type: "string",
      short: "o",
      placeholder: "PATH",
      description: "Where to write the page; temp/flamegraph.html of the project by default",
    },
    log: {
      type: "string",
      placeholder: "FILE",
      description: "Read FILE instead of logs/access.log; several times for a log in several files",
      isRepeatable: true,
    },
    json: { type: "boolean", description: "Print what the page shows as JSON instead" },
  },
  examples: [
    { command: "spacer analyze . hello", meaning: "a page about 'hello' of this project" },
    { command: "spacer analyze shop orders/post -o orders.html", meaning: "one in another place" },
    {
      command: "spacer analyze . hello --log logs/access.log.1 --log logs/access.log",
      meaning: "of a log that was rotated",
    },
    { command: "spacer analyze . hello --json | jq .tree.p99Ms", meaning: "for a program" },
  ],
  run: async ({ operands, options }, context) => {
    await analyzeFunction(
      {
        root: findProjectRoot(operands.dir, context.cwd),
        functionName: operands.function,
        logs: options.log,
        output: options.output,
        isJson: options.json,
      },
      context,
    );
    return 0;
  },
});
