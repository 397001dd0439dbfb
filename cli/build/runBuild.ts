/** `spacer build`: builds once, or after each change. */
import { writeFileSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { cacheFolder } from "../cache/cacheFolder.ts";
import { pruneCache } from "../cache/pruneCache.ts";
import type { CommandContext } from "../command.ts";
import { WatchedFiles } from "../dev/watchedFiles.ts";
import { watchProject } from "../dev/watcher.ts";
import { EXIT_FAILURE, systemErrorText, UserError } from "../errors.ts";
import { programId } from "../installation.ts";
import { createProgress } from "../progress.ts";
import { styleFor } from "../style.ts";
import { untilAborted } from "../untilAborted.ts";
import { BuildCache } from "./buildCache.ts";
import { buildProject, isError, type Build, type BuildTools } from "./buildProject.ts";
import {
  describeFindings,
  describeSummary,
  sizesOf,
  summarize,
  toJson,
  type FileSize,
} from "./buildReport.ts";
import { loadEsbuild } from "./esbuild.ts";
import { FileCompiler } from "./fileCompiler.ts";
import { RuntimeCache } from "./runtimeCache.ts";
import { describeSpace, metafileOf } from "./space.ts";
import type { Target } from "./target.ts";
import { checkOutput, writeOutput } from "./writeOutput.ts";

export interface RunBuildOptions {
  /** Absolute path of the project. */
  readonly root: string;
  readonly target: Target;
  /** The folder of the output, as the user named it. */
  readonly out: string;
  readonly isMinified: boolean;
  readonly hasSourceMap: boolean;
  readonly includes: readonly string[];
  /** Where to write the metafile. */
  readonly metafile: string | undefined;
  readonly analyzes: boolean;
  readonly watches: boolean;
  readonly isJson: boolean;
}

/** @returns The exit code. @throws UserError */
export async function runBuild(options: RunBuildOptions, context: CommandContext): Promise<number> {
  const { root, out, watches } = options;
  const folder = resolve(context.cwd, out);
  checkOutput(folder, out);
  if (resolve(root) === folder || !relative(folder, root).startsWith("..")) {
    throw new UserError(`${out} has the project in it`, "choose a folder of its own with --out");
  }
  const tools = openTools(options, context);
  const buildOnce = async (): Promise<boolean> => {
    const startMs = performance.now();
    const build = await buildProject(
      { ...options, rootFromOutput: relative(folder, root).split(sep).join("/") },
      tools,
    );
    const isBuilt = !build.findings.some(isError);
    const sizes = isBuilt ? sizesOf(build.files) : undefined;
    const written = isBuilt ? writeOutput(folder, out, build.files) : undefined;
    const kept = tools.keep();
    await written;
    report(build, await sizes, performance.now() - startMs, { options, context });
    await kept;
    return isBuilt;
  };
  if (!watches) return (await buildOnce()) ? 0 : EXIT_FAILURE;
  await buildOnChange(buildOnce, options, context);
  return 0;
}

interface RunTools extends BuildTools {
  /** To be called at the end of a build: what it made is kept for the next one. */
  readonly keep: () => Promise<void>;
}

function openTools({ root, isMinified }: RunBuildOptions, context: CommandContext): RunTools {
  const { env, stderr } = context;
  const esbuild = loadEsbuild();
  const id = programId();
  const folder = cacheFolder(env);
  const ways = `${esbuild.version} ${isMinified ? "small" : "plain"}`;
  const kept =
    id === undefined || folder === undefined ? undefined : { folder, id: `${id} ${ways}`, root };
  const cache = kept && new BuildCache(kept);
  const runtimes = new RuntimeCache(kept, esbuild);
  pruneCache(folder);
  const progress = createProgress(stderr);
  const onProgress = (doneCount: number): void => {
    progress.update(`compiled ${String(doneCount)} files`);
  };
  const onEnd = (): void => {
    progress.clear();
  };
  const compiler = new FileCompiler({ esbuild, isMinified, cache, context, onProgress, onEnd });
  return {
    buildRuntime: runtimes.buildRuntime,
    keep: async () => {
      await Promise.all([compiler.keep(), runtimes.end()]);
    },
    compiler,
  };
}

interface Surroundings {
  readonly options: RunBuildOptions;
  readonly context: CommandContext;
}

function report(
  build: Build,
  sizes: readonly FileSize[] | undefined,
  elapsedMs: number,
  { options, context }: Surroundings,
): void {
  const { target, out, isJson, metafile, analyzes } = options;
  const { stdout, stderr, env, cwd } = context;
  const made = { target: target.name, out, elapsedMs: Math.round(elapsedMs) };
  const summary = sizes === undefined ? undefined : summarize(build, sizes, made);
  if (isJson) stdout.write(toJson(build, summary));
  else stderr.write(describeFindings(build, styleFor(stderr, env)));
  if (summary === undefined) return;
  const style = styleFor(stdout, env);
  const space = metafileOf(build.files);
  if (metafile !== undefined) writeMetafile(resolve(cwd, metafile), metafile, space);
  if (isJson) return;
  if (analyzes) stdout.write(`${describeSpace(space, style)}\n`);
  stdout.write(describeSummary(summary, target.usage(out), style));
}

function writeMetafile(path: string, shown: string, metafile: unknown): void {
  try {
    writeFileSync(path, `${JSON.stringify(metafile, null, 2)}\n`);
  } catch (thrown) {
    throw new UserError(`can't write ${shown}: ${systemErrorText(thrown)}`);
  }
}

/** Builds until the command is told to end. What the user can mend is told, and waited for. */
async function buildOnChange(
  buildOnce: () => Promise<boolean>,
  { root }: RunBuildOptions,
  { signal, stderr, env }: CommandContext,
): Promise<void> {
  const style = styleFor(stderr, env);
  let isDue = true;
  let building: Promise<void> | undefined;
  const buildWhileDue = async (): Promise<void> => {
    while (isDue) {
      isDue = false;
      try {
        await buildOnce();
      } catch (thrown) {
        if (!(thrown instanceof UserError)) throw thrown;
        const hint = thrown.hint === undefined ? "" : `  hint: ${thrown.hint}\n`;
        stderr.write(`${style.red("error:")} ${thrown.message}\n${hint}`);
      }
    }
    building = undefined;
    stderr.write(style.dim("waiting for changes; Ctrl-C ends\n"));
  };
  const files = new WatchedFiles(root);
  let fail: (problem: unknown) => void = () => undefined;
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const build = (): void => {
    isDue = true;
    building ??= buildWhileDue().catch(fail);
  };
  const known = files.readAll();
  build();
  const watcher = await watchProject({
    root,
    files,
    known,
    isPlausible: (_path, content) => content !== undefined && content !== "",
    onChange: build,
    onError: fail,
  });
  try {
    await Promise.race([untilAborted(signal), failure]);
  } finally {
    await watcher.close();
    await building;
  }
}
