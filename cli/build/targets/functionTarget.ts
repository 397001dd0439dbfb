/** The target `function`: a module for each function, for any program or host on Node. */
import type { EntryOptions, Target, TargetProject } from "../target.ts";
import type { Program } from "../program.ts";
import {
  functionsOf,
  handlerFiles,
  handlerSettings,
  preparation,
  type NamedFunction,
} from "./handlerModules.ts";
import { findRefused } from "./refusals.ts";

export const functionTarget: Target = {
  name: "function",
  summary: "a module for each function, for any program or host on Node",
  usage: (out) => `import { handler } from "./${out}/NAME.mjs"`,
  findings: ({ program }) => findRefused("function", program),
  make: async (project) => {
    const made = functionsOf(project).map((called) =>
      handlerFiles(project, called, (program) => entryOptions(project, called, program)),
    );
    return (await Promise.all(made)).flat();
  },
};

function entryOptions(
  { config }: TargetProject,
  { name }: NamedFunction,
  program: Program,
): EntryOptions {
  return {
    entry: [
      'import { createFunctionHandler } from "spacer:cli/bundled/functionHandler";',
      'import { runtime } from "spacer:program";',
      preparation(config, program),
      `const settings = ${JSON.stringify(handlerSettings(config, name))};`,
      "export const handler = createFunctionHandler(runtime, settings, prepare);",
    ].join("\n"),
    platform: "node",
    engines: "node20",
  };
}
