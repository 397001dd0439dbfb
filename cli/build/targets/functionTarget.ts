/** The target `function`: a module for each function, for any program or host on Node. */
import type { EntryOptions, Target, TargetProject } from "../target.ts";
import type { Program } from "../program.ts";
import { absentModules } from "./absentModules.ts";
import { functionsOf, handlerEntry, handlerFiles, type NamedFunction } from "./handlerModules.ts";
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
  project: TargetProject,
  called: NamedFunction,
  program: Program,
): EntryOptions {
  return {
    entry: handlerEntry(project, called, program, {
      file: "functionHandler",
      create: "createFunctionHandler",
    }),
    platform: "node",
    engines: "node20",
    plugins: [absentModules(program.libraries)],
  };
}
