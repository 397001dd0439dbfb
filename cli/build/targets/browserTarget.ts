/** The target `browser`: a module for each function, for pages, whatever their policy says of code in texts. */
import type { Target, TargetProject } from "../target.ts";
import { absentModules } from "./absentModules.ts";
import { makeHandlers } from "./handlerModules.ts";
import { portablePlugin } from "./portablePlugin.ts";
import { portableProgram } from "./portableProgram.ts";
import { findLoaders, findRefused } from "./refusals.ts";

export const browserTarget: Target = {
  name: "browser",
  summary: "a module for each function, for pages",
  usage: (out) => `import { handler } from "./${out}/NAME.mjs"`,
  compilesTexts: false,
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
    const maker = { file: "browserHandler", create: "createBrowserHandler" };
    return await makeHandlers(portable, maker, (program) => ({
      platform: "neutral",
      engines: "es2022",
      plugins: [
        portablePlugin({ hasNodeCrypto: false }),
        absentModules(portableProgram("browser", program).libraries),
      ],
    }));
  },
};
