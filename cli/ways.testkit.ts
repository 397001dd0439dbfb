/**
 * The three ways to serve a project, for tests that want the same of each: `spacer dev`, `spacer start`, and what `spacer build`
 * makes of it. The first two run in this process.
 */
import { join } from "node:path";
import { loadEsbuild } from "./build/esbuild.ts";
import { RuntimeCache } from "./build/runtimeCache.ts";
import { buildForNode, serveBundle } from "./build/targets/node.testkit.ts";
import { createTestCli, waitFor } from "./context.testkit.ts";
import { runCli } from "./runCli.ts";

export type Way = "dev" | "start" | "bundle";

export interface ServedProject {
  readonly port: number;
  /** All that the server has written. */
  readonly output: () => string;
  /** Resolves to the exit code. */
  stop(): Promise<number | null>;
}

export interface ServeOptions {
  /** Absolute path of the project, which `buildProject` has built for the bundle. */
  readonly root: string;
  readonly environment: string;
  readonly env: Readonly<Record<string, string>>;
}

const OUT = "dist";

/** Of all bundles of a test file: projects that use the same of the runtime have it once. */
let runtimes: RuntimeCache | undefined;

/**
 * Makes the bundle of a project.
 *
 * @param includes Modules that no file names.
 * @throws Error with what is wrong in it
 */
export async function buildBundle(root: string, includes: readonly string[] = []): Promise<void> {
  runtimes ??= new RuntimeCache(undefined, loadEsbuild());
  await buildForNode(root, join(root, OUT), { includes, buildRuntime: runtimes.buildRuntime });
}

/** Resolves when the server listens, on any port. */
export async function serveBy(way: Way, options: ServeOptions): Promise<ServedProject> {
  const { root, environment, env } = options;
  if (way === "bundle") {
    const out = join(root, OUT);
    return await serveBundle(out, { cwd: root, env: { ...env, SPACER_ENV: environment } });
  }
  const server = createTestCli({ ...env, SPACER_ENV: environment });
  const words = way === "dev" ? ["dev", "."] : ["start", ".", "--workers", "0"];
  const ended = runCli([...words, "--port", "0"], { ...server.context, cwd: root });
  const state = { hasEnded: false };
  void ended.then(() => (state.hasEnded = true));
  const output = () => server.out + server.err;
  await waitFor(() => state.hasEnded || LISTENS.test(output()), output, 30_000);
  if (state.hasEnded) throw new Error(`the server has ended:\n${output()}`);
  return {
    port: Number(LISTENS.exec(output())?.[1]),
    output,
    stop: async () => {
      server.interrupt();
      const code = await ended;
      server.dispose();
      return code;
    },
  };
}

const LISTENS = /http:\/\/localhost:(\d+)/;
