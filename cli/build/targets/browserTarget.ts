/** The target `browser`: a module for each function, for pages, whatever their policy says of code in texts. */
import type { Program } from "../program.ts";
import type { EntryOptions, Target, TargetProject } from "../target.ts";
import { absentModules } from "./absentModules.ts";
import { functionsOf, handlerEntry, handlerFiles, type NamedFunction } from "./handlerModules.ts";
import { portablePlugin } from "./portablePlugin.ts";
import { portableProgram } from "./portableProgram.ts";
import { findLoaders, findRefused } from "./refusals.ts";

export const browserTarget: Target = {
  name: "browser",
  summary: "a module for each function, for pages",
  usage: (out) => `import { handler } from "./${out}/NAME.mjs"`,
  findings: ({ program }) => [
    ...findRefused("browser", program),
    ...findLoaders("browser", program),
  ],
  make: async (project) => {
    const portable: TargetProject = {
      ...project,
      bundle: (entry, program = project.program) =>
        project.bundle(entry, portableProgram("browser", program)),
    };
    const made = functionsOf(project).map((called) =>
      handlerFiles(portable, called, (program) => entryOptions(project, called, program)),
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
      file: "browserHandler",
      create: "createBrowserHandler",
    }),
    platform: "neutral",
    engines: "es2022",
    plugins: [portablePlugin({ hasNodeCrypto: false }), absentModules({ modules: [] })],
  };
}
