import { defineCommand } from "../command.ts";
import { INSPECT_OPTIONS } from "../debugging/inspectOptions.ts";
import { openInspector } from "../debugging/openInspector.ts";
import { PORT_OPTION } from "../portOption.ts";
import { findProjectRoot } from "../projectRoot.ts";

export const devCommand = defineCommand({
  name: "dev",
  summary: "Serve a project while you write it",
  description: [
    "Serves the functions of a project over HTTP, to this machine only, and reloads on every save " +
      "in app/, lib/ and config/, and of .env. Errors are shown in full, here, in the replies, and to browsers as " +
      "a page that turns into the reply when they are mended.",
    "On a terminal, r reloads everything, o opens a browser, c clears the screen, q quits.",
    "The port is that of --port, else of the environment variable PORT, else gateway.port of " +
      "config/application.yml, else 3000.",
  ],
  operands: {
    dir: { placeholder: "DIR", description: "The project; the current folder if left out" },
  },
  options: {
    port: PORT_OPTION,
    host: {
      type: "string",
      placeholder: "H",
      description: "Listen on address H; 0.0.0.0 lets other machines in",
    },
    ...INSPECT_OPTIONS,
  },
  examples: [
    { command: "spacer dev", meaning: "the project in the current folder, on port 3000" },
    { command: "spacer dev hello --port 8080", meaning: "the one in hello/, on port 8080" },
    { command: "spacer dev --inspect", meaning: "with breakpoints in VS Code or Chrome" },
  ],
  run: async ({ operands: { dir }, options }, context) => {
    const { port, host } = options;
    const root = findProjectRoot(dir, context.cwd);
    await openInspector(options, context);
    // Loaded when needed: it is most of the program, and other commands start faster without it.
    const { runDevSession } = await import("../dev/index.ts");
    await runDevSession({ root, host, port, context });
    return 0;
  },
});
