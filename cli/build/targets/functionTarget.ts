/** The target `function`: a module for each function, for any program or host on Node. */
import type { Target } from "../target.ts";
import { absentModules } from "./absentModules.ts";
import { makeHandlers, usesHttp } from "./handlerModules.ts";
import { findRefused } from "./refusals.ts";

export const functionTarget: Target = {
  name: "function",
  summary: "a module for each function, for any program or host on Node",
  usage: (out) => `import { handler } from "./${out}/NAME.mjs"`,
  compilesTexts: false,
  findings: ({ program }) => findRefused("function", program),
  make: async (project) => {
    const maker = { file: "functionHandler", create: "createFunctionHandler" };
    return await makeHandlers(project, maker, (program) => ({
      platform: "node",
      engines: "node20",
      plugins: [absentModules(program.libraries)],
      ...(usesHttp(program) ? { banner: REQUIRE } : {}),
    }));
  },
};

/** The client's packages are written in CommonJS, and ask for modules of Node by a `require` that modules don't have. */
const REQUIRE =
  'import { createRequire as $createRequire } from "node:module"; const require = $createRequire(import.meta.url);';
