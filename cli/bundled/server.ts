/** The server of a bundle for Node: what `spacer start` does, for one project that is part of the program. */
import { dirname } from "node:path";
import type { LuaStateOptions } from "../luaState.ts";
import { defineCommand, type CommandContext } from "../command.ts";
import { parseConfig, type ProjectConfig } from "../config.ts";
import { describeFailure } from "../errors.ts";
import { describeCommand } from "../help.ts";
import { openProjectWith } from "../openProject.ts";
import { processContext } from "../processContext.ts";
import { graceOf } from "../production/serverPlan.ts";
import { runServer, type ServedProject } from "../runServer.ts";
import { SERVER_OPTIONS, SERVER_PARTS } from "../startOptions.ts";
import { styleFor } from "../style.ts";
import { untilAborted } from "../untilAborted.ts";
import { openAdmin } from "./admin.ts";
import { openBundledState, type BundledRuntime } from "./nodeState.ts";
import { checkWorkers, workersNotice } from "./oneProcess.ts";
import { prepareServer } from "./prepare.ts";

export interface ServerBundle extends BundledRuntime {
  /** As `config/application.yml` has them, in JSON. */
  readonly settings: string;
  /** Whether it has the module `db`. */
  readonly usesDatabase: boolean;
  /** Where the bundle lies, and published folders beside it. */
  readonly folder: string;
}

/** Serves until the process is told to end. @param program The path of the file that was started. */
export async function serveBundle(
  parts: Omit<ServerBundle, "folder">,
  program: string,
): Promise<void> {
  const bundle = { ...parts, folder: dirname(program) };
  const context = processContext(program);
  process.on("SIGUSR1", ignore);
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (thrown) => {
      const { text, exitCode } = failureOf(thrown, context);
      process.stderr.write(text, () => process.exit(exitCode));
    });
  }
  try {
    process.exitCode = await runBundle(bundle, process.argv.slice(2), context);
  } catch (thrown) {
    const { text, exitCode } = failureOf(thrown, context);
    context.stderr.write(text);
    process.exitCode = exitCode;
  }
}

function ignore(): void {
  // Whoever writes a log listens as well; without a listener Node opens the port of its debugger.
}

function failureOf(thrown: unknown, { env }: CommandContext) {
  return describeFailure(thrown, env["SPACER_DEBUG"] === "1");
}

/** @returns The exit code. @throws UserError */
export async function runBundle(
  bundle: ServerBundle,
  words: readonly string[],
  context: CommandContext,
): Promise<number> {
  // Whoever makes an image starts it once, so that V8's code is there from the first real start on (launch.ts).
  if (words[0] === "--prepare") {
    await prepareServer(bundledConfig(bundle, context.env), servedProject(bundle), context);
    return 0;
  }
  const command = serverCommand(bundle);
  if (words.includes("--help") || words.includes("-h")) {
    const style = styleFor(context.stdout, context.env);
    context.stdout.write(describeCommand(command.description, style));
    return 0;
  }
  return await command.execute(words, context);
}

const serverCommand = (bundle: ServerBundle) =>
  defineCommand({
    name: "server.mjs",
    summary: "Serve the project that was built into this file",
    description: [
      "Settings are those that the project had when it was built, and environment variables: PORT, HOST, SPACER_GATEWAY_TIMEOUT, ... " +
        "The environment is SPACER_ENV, else 'production'. Relative paths in settings, and those of functions, begin at the folder " +
        "in which the server is started.",
      "Node gives programs a stack on which small functions recurse some 7,000 calls deep; with node --stack-size=3900 it is four times that, as in spacer.",
    ],
    operands: {},
    options: {
      ...SERVER_OPTIONS,
      workers: {
        type: "string",
        placeholder: "N",
        description: "For 'spacer start': this is one process, so 0 and 1 are all that it takes",
      },
    },
    examples: [
      { command: "node --stack-size=3900 dist/server.mjs", meaning: "serve it on port 3000" },
      { command: "PORT=80 node --stack-size=3900 dist/server.mjs", meaning: "serve it on port 80" },
    ],
    run: async ({ options: { only: part, workers, ...options } }, context) => {
      const { env, cwd } = context;
      checkWorkers(workers);
      const environment = env["SPACER_ENV"] ?? "production";
      const only = SERVER_PARTS.find((each) => each === part);
      const start = { ...options, only, root: cwd, environment, context };
      const config = bundledConfig(bundle, env);
      const admin = await openAdmin(config, environment);
      try {
        const observed = { ...start, observer: admin?.observer };
        const server = await runServer(observed, config, servedProject(bundle));
        const notice = workersNotice(config);
        if (notice !== undefined) server.reports.onNotice(notice);
        admin?.begin(server);
        await untilAborted(context.signal);
        admin?.drain();
        await server.close({ cut: AbortSignal.timeout(graceOf(server.config)) });
      } finally {
        admin?.close();
      }
      return 0;
    },
  });

/** @throws UserError for a variable in `env` */
function bundledConfig(
  { settings }: Pick<ServerBundle, "settings">,
  env: CommandContext["env"],
): ProjectConfig {
  return parseConfig(settings, env).config;
}

function servedProject(bundle: ServerBundle): ServedProject {
  const openState = (options: LuaStateOptions) => openBundledState(bundle, options);
  return {
    open: (root, options) =>
      openProjectWith(openState, root, { ...options, publishedRoot: bundle.folder }),
    usesDatabase: bundle.usesDatabase,
  };
}
