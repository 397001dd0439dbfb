import { defineCommand } from "../command.ts";
import { spacerVersion } from "../installation.ts";

export const versionCommand = defineCommand({
  name: "version",
  summary: "Print the version",
  description: [],
  operands: {},
  options: {},
  examples: [{ command: "spacer version", meaning: `prints "spacer ${spacerVersion()}"` }],
  run: (_input, context) => {
    context.stdout.write(`spacer ${spacerVersion()}\n`);
    return Promise.resolve(0);
  },
});
