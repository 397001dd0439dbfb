/**
 * Builds a project: finds what it is made of, and has its target make the files of it. Nothing is written, and nothing of the
 * project is run.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { toBytes } from "../bytes.ts";
import { sortFindings, type Finding } from "../check/finding.ts";
import { readConfig, settingsJson } from "../config.ts";
import { listFiles, SOURCE_FOLDERS } from "../projectFolders.ts";
import { CONFIG_FILE } from "../projectRoot.ts";
import { PROJECT_DIALECT, SEARCH_PATH } from "../searchPath.ts";
import { bundle, runtimeOptions, type BundleOptions } from "./bundle.ts";
import type { FileCompiler } from "./fileCompiler.ts";
import { makeProgram, textsOf, type Program } from "./program.ts";
import { programModule } from "./programModule.ts";
import { ProjectFiles } from "./projectFiles.ts";
import { projectRoots } from "./projectRoots.ts";
import { reach, type Reached } from "./reach.ts";
import { chooseResumption, sizeOfFiles } from "./resumption.ts";
import type { BuildRuntime } from "./runtimeCache.ts";
import { withSourceMap } from "./sourceMap.ts";
import type { EntryOptions, OutputFile, Target, TargetProject } from "./target.ts";

export interface BuildOptions {
  /** Absolute path of the project. */
  readonly root: string;
  readonly target: Target;
  readonly isMinified: boolean;
  readonly hasSourceMap: boolean;
  /** From the folder of the output to the project, for source maps: "..". */
  readonly rootFromOutput: string;
  /** Patterns over names of modules; those of the settings count, too. */
  readonly includes: readonly string[];
}

export interface BuildTools {
  readonly buildRuntime: BuildRuntime;
  readonly compiler: FileCompiler;
}

export interface Build {
  /** What is wrong, by file and place; with an error among it there are no files. */
  readonly findings: readonly Finding[];
  readonly files: readonly OutputFile[];
  readonly program: Program | undefined;
  /** How many Lua files were looked at. */
  readonly fileCount: number;
}

/** @throws UserError when its settings are wrong */
export async function buildProject(
  options: BuildOptions,
  { buildRuntime, compiler }: BuildTools,
): Promise<Build> {
  const { root, target, isMinified } = options;
  const config = readConfig(root, {});
  const settings = readSettings(root);
  const paths = new Set([...listFiles(root, SOURCE_FOLDERS).files].filter(isLua).sort());
  const includes = [...config.build.include, ...options.includes];
  const roots = projectRoots({ paths, settings, includes });
  const sizeBytes = sizeOfFiles(root, paths);
  const resumesFrom = chooseResumption({
    compilesTexts: target.compilesTexts,
    hasSourceMap: options.hasSourceMap,
    wantsSources: config.build.sources,
    sizeBytes,
  });
  compiler.begin(sizeBytes);
  const writtenSettings = settingsJson(root);
  const projectOf = (reached: Reached, program: Program): TargetProject => ({
    root,
    config,
    settings: writtenSettings,
    program,
    reached,
    isMinified,
    buildRuntime,
    bundle: (entry, part = program) => bundle(bundleOptions(entry, part, isMinified), buildRuntime),
    prepareBundle: async (entry) => {
      await buildRuntime(runtimeOptions(bundleOptions(entry, program, isMinified)));
    },
  });
  const prepare = (reached: Reached): void => {
    if (!compiler.isLong) return;
    const program = makeProgram(reached.files, reached.required, PROJECT_DIALECT);
    // What is wrong with it is told when it is made.
    target.prepare?.(projectOf(reached, program)).catch(() => undefined);
  };
  const sources = new ProjectFiles(root, resumesFrom);
  // Nearly all files of a program are reached, and nobody has to wait until it is known which.
  if (compiler.isLong) compiler.expect(sources.readAll(paths));
  const reaching = reach(roots, {
    dialect: PROJECT_DIALECT,
    resumesFrom,
    templates: SEARCH_PATH,
    paths,
    inputOf: (path) => sources.inputOf(path),
    compile: (input) => compiler.compile(input),
    onHalf: prepare,
  });
  const reached = await reaching.finally(() => {
    compiler.end();
  });
  const { fileCount } = reached;
  if (reached.findings.some(isError)) {
    return { findings: reached.findings, files: [], program: undefined, fileCount };
  }
  const program = makeProgram(reached.files, reached.required, PROJECT_DIALECT);
  const project = projectOf(reached, program);
  const findings = sortFindings([...reached.findings, ...(target.findings?.(project) ?? [])]);
  if (findings.some(isError)) return { findings, files: [], program, fileCount };
  const made = await target.make(project);
  const files = options.hasSourceMap
    ? made.flatMap((file) => withSourceMap(file, options.rootFromOutput))
    : made;
  return { findings, files, program, fileCount };
}

/** A bundle of a program, which its entry finds in `spacer:program`. */
function bundleOptions(entry: EntryOptions, program: Program, isMinified: boolean): BundleOptions {
  const { libraries, hasCompiler } = program;
  const written = programModule(libraries, hasCompiler);
  const modules = new Map([...(entry.modules ?? []), ["program", written]]);
  return { ...entry, modules, chunks: textsOf(program), isMinified, hasCompiler };
}

export function isError({ diagnostic }: Finding): boolean {
  return diagnostic.severity === "error";
}

function isLua(path: string): boolean {
  return path.endsWith(".lua");
}

/** Bytes of the settings file; `undefined` where there is none. */
function readSettings(root: string): string | undefined {
  const path = join(root, CONFIG_FILE);
  return existsSync(path) ? toBytes(readFileSync(path, "utf8")) : undefined;
}
