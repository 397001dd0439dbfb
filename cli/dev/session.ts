/** One run of the development server, from the first line it prints to the last. */
import type { CommandContext } from "../command.ts";
import { untilAborted } from "../untilAborted.ts";
import { startDevServer, type DevServer } from "./devServer.ts";
import type { Emit } from "./events.ts";
import { hasKeyboard, listenToKeys, type Keyboard } from "./keyboard.ts";
import { KEY_HELP, pressKey } from "./keys.ts";
import { openInBrowser } from "./openInBrowser.ts";
import { ServedFiles } from "./projectFiles.ts";
import { createReporter } from "./reporter.ts";

export interface SessionOptions {
  /** Absolute path. */
  readonly root: string;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly context: CommandContext;
}

/**
 * Serves a project until the signal, or a key, ends it.
 *
 * @throws UserError when the settings are wrong or the port is in use
 */
export async function runDevSession({ context, ...given }: SessionOptions): Promise<void> {
  const { cwd, env, stdout, stderr, signal } = context;
  const hasKeys = hasKeyboard(context);
  const files = new ServedFiles(given.root);
  const reporter = createReporter({ files, context, hasKeys });
  const { emit } = reporter;
  let keyboard: Keyboard | undefined;
  try {
    const server = await startDevServer({
      ...given,
      files,
      context: { cwd, env, stdout, stderr },
      emit,
    });
    await new Promise<void>((quit) => {
      void untilAborted(signal).then(quit);
      if (hasKeys) keyboard = listenToKeys(context.stdin, keyHandler(server, { env, emit, quit }));
    });
    // Before the server, which may take its time: Ctrl-C is the terminal's own again.
    keyboard?.close();
    await server.close();
  } finally {
    keyboard?.close();
    reporter.close();
  }
}

interface Surroundings {
  readonly env: CommandContext["env"];
  readonly emit: Emit;
  readonly quit: () => void;
}

function keyHandler(server: DevServer, { env, emit, quit }: Surroundings): (key: string) => void {
  const say = (message: string): void => {
    emit({ type: "notice", message });
  };
  const open = async (): Promise<void> => {
    const page = pageOf(server);
    if (!(await openInBrowser(page, env))) say(`no browser was found; open ${page}`);
  };
  return (key) => {
    pressKey(key, {
      restart: () => {
        server.restart();
      },
      open: () => {
        void open();
      },
      clear: () => {
        emit({ type: "clear" });
      },
      quit,
      help: () => {
        say(KEY_HELP);
      },
    });
  };
}

/** The first path that a browser can show; without one, the page that says so. */
function pageOf({ url, routes }: DevServer): string {
  const route = routes.find(
    ({ method, path }) => (method === "GET" || method === "ANY") && !/[:*]/.test(path),
  );
  return `${url}${encodeURI((route?.path ?? "/").replace(/^\/*/, "/"))}`;
}
