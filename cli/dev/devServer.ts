/** The development server: watcher, reloader and HTTP server, put together. */
import { runningInvocation } from "../../runtime/index.ts";
import { openAccessLog } from "../accessLog/accessLog.ts";
import type { CommandContext } from "../command.ts";
import { readConfig } from "../config.ts";
import { withEnvFile } from "../envFile.ts";
import { cacheFolder } from "../cache/cacheFolder.ts";
import { openChunkStore } from "../cache/openCache.ts";
import { pruneCache } from "../cache/pruneCache.ts";
import { gatewayAddress } from "../serverAddress.ts";
import { listen, LOOPBACK, urlOf, type Route } from "../serving.ts";
import { outputFiles, type StandardFiles } from "../streamFiles.ts";
import { ChangeFeed } from "./changeFeed.ts";
import { renderErrorPage } from "./errorPage/index.ts";
import type { Emit } from "./events.ts";
import { Findings } from "./findings.ts";
import { ModuleCache } from "./moduleCache.ts";
import { WatchedFiles } from "./watchedFiles.ts";
import type { ServedFiles } from "./projectFiles.ts";
import { startReloader } from "./reloader.ts";
import { ProjectSources } from "./sources.ts";
import { watchProject } from "./watcher.ts";

export interface DevServer {
  readonly url: string;
  readonly routes: readonly Route[];
  /** Loads the project anew though nothing has changed. */
  restart(): void;
  close(): Promise<void>;
}

export interface DevServerOptions {
  readonly root: string;
  /** Told of the sources as soon as they are read. */
  readonly files: ServedFiles;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly context: Pick<CommandContext, "cwd" | "env" | "stdout" | "stderr">;
  readonly emit: Emit;
}

/** @throws UserError when the settings are wrong or the port is in use */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const { root, context } = options;
  const feed = new ChangeFeed();
  const emit: Emit = (event) => {
    if (event.type === "reloaded" || event.type === "broken") feed.changed();
    options.emit(event);
  };
  const watched = new WatchedFiles(root);
  const contents = watched.readAll();
  const sources = new ProjectSources(root, contents);
  options.files.sources = sources;
  const config = readConfig(root, withEnvFile(root, context.env, "development"));
  const host = options.host ?? LOOPBACK;
  const server = await listen({ ...gatewayAddress(config, "development", {}, options), host });
  const cache = new ModuleCache({ store: openChunkStore(), root });
  const accessLog = openAccessLog({
    root,
    config,
    print: undefined,
    onNotice: (message) => {
      emit({ type: "notice", message });
    },
  });
  const reloader = await startReloader({
    root,
    config,
    sources,
    cache,
    server: {
      serve: (gateway) => {
        server.serve(feed.inFrontOf(gateway));
      },
    },
    context: { ...context, standardFiles: reportedFiles(emit) },
    emit,
    onSpan: accessLog.takeSpan,
    renderErrorPage: (report, routes) =>
      renderErrorPage(report, { files: options.files, routes, serverId: feed.serverId }),
  });
  const findings = new Findings((found) => {
    emit({ type: "findings", ...found });
  });
  // Requests need not wait for it: what changes until it watches is seen then.
  const watching = watchProject({
    root,
    files: watched,
    known: contents,
    isPlausible: (path, content) => reloader.isPlausible(path, content),
    onChange: (changes) => {
      reloader.changed(changes);
      findings.changed(changes);
    },
    onError: (error) => {
      emit({
        type: "notice",
        message: `${error.message}${error.hint === undefined ? "" : ` (${error.hint})`}`,
      });
    },
  });
  // It is waited for when the server is closed.
  watching.catch((thrown: unknown) => {
    emit({ type: "bug", thrown });
  });
  const url = urlOf(host, server.address.port);
  emit({ type: "listening", url, routes: reloader.routes, config });
  findings.changed(contents);
  pruneCache(cacheFolder(process.env));
  return {
    url,
    get routes() {
      return reloader.routes;
    },
    restart: () => {
      void reloader.restart();
    },
    close: async () => {
      findings.close();
      await watching.then(
        (watcher) => watcher.close(),
        () => undefined,
      );
      feed.close();
      await server.close();
      await reloader.close();
      accessLog.close();
    },
  };
}

/** Files whose output is told as events, with whose it is. */
function reportedFiles(emit: Emit): StandardFiles {
  const report = (stream: "stdout" | "stderr") => (bytes: string) => {
    emit({ type: "output", stream, bytes, invocation: runningInvocation() });
  };
  return outputFiles(report("stdout"), report("stderr"));
}
