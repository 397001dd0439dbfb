/** Projects that are built for Node and served, for tests. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { waitFor } from "../../context.testkit.ts";
import { buildProject, type Build } from "../buildProject.ts";
import { loadEsbuild } from "../esbuild.ts";
import { runtimeBuilder, type BuildRuntime } from "../runtimeCache.ts";
import { FileCompiler } from "../fileCompiler.ts";
import { nodeTarget } from "./node.ts";
import { piecesOf, writePieces } from "../../pieces.ts";

export interface NodeBuildOptions {
  readonly isMinified?: boolean;
  readonly includes?: readonly string[];
  /** One for many builds. */
  readonly buildRuntime?: BuildRuntime;
}

/** @param root Of the project. @param out Where the files go. @throws Error with what is wrong */
export async function buildForNode(
  root: string,
  out: string,
  { isMinified = true, buildRuntime, includes = [] }: NodeBuildOptions = {},
): Promise<Build> {
  const esbuild = loadEsbuild();
  const compiler = new FileCompiler({ esbuild, isMinified, cache: undefined });
  const options = { hasSourceMap: false, rootFromOutput: "..", includes };
  const built = await buildProject(
    { root, target: nodeTarget, isMinified, ...options },
    { buildRuntime: buildRuntime ?? runtimeBuilder(esbuild), compiler },
  );
  const errors = built.findings.map(({ file, diagnostic }) => `${file}: ${diagnostic.message}`);
  if (built.files.length === 0) throw new Error(errors.join("\n"));
  for (const { path, contents } of built.files) {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    await writePieces(join(out, path), piecesOf(contents));
  }
  return built;
}

export interface ServedBundle {
  readonly port: number;
  readonly output: () => string;
  /** Resolves to the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  readonly child: ChildProcess;
}

export interface ServeOptions {
  /** Where it is started. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Of Node. */
  readonly flags?: readonly string[];
  readonly words?: readonly string[];
}

/** @param out The folder of the bundle. */
export async function serveBundle(out: string, options: ServeOptions): Promise<ServedBundle> {
  const { cwd, env = {}, flags = ["--stack-size=3900"], words = [] } = options;
  const child = spawn(process.execPath, [...flags, join(out, "server.mjs"), ...words], {
    cwd,
    env: { PATH: process.env["PATH"], SPACER_CACHE: "off", PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = new Promise<number | null>((resolve) => {
    child.on("close", (code) => {
      resolve(code);
    });
  });
  const hasStarted = () => /http:\/\/\S+:\d+/.test(output) || child.exitCode !== null;
  await waitFor(hasStarted, () => output, 30_000);
  return {
    port: Number(/http:\/\/\S+?:(\d+)/.exec(output)?.[1]),
    output: () => output,
    child,
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return ended;
    },
  };
}
