/** Builds projects for a target, in temporary folders. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readConfig } from "../../config.ts";
import { toRecord, type FindingRecord } from "../../check/finding.ts";
import { PROJECT_DIALECT, SEARCH_PATH } from "../../searchPath.ts";
import { bundle } from "../bundle.ts";
import { compileFile } from "../compileFile.ts";
import { loadEsbuild } from "../esbuild.ts";
import { minifyChunk } from "../minifyChunk.ts";
import { makeProgram, textsOf } from "../program.ts";
import { programModule } from "../programModule.ts";
import { reach, type Root } from "../reach.ts";
import type { OutputFile, Target, TargetProject } from "../target.ts";

export interface Built {
  /** Absolute path. */
  readonly out: string;
  readonly files: readonly OutputFile[];
}

const folders: string[] = [];

/** For `afterAll`. */
export function removeBuilt(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

const DEFAULTS = { "config/application.yml": "spacerVersion: 1\nappName: built\n" };

/** @param files Texts, by their paths from the root. */
export async function openTarget(
  files: Readonly<Record<string, string>>,
  isMinified = false,
): Promise<TargetProject> {
  const root = mkdtempSync(join(tmpdir(), "spacer-build-"));
  folders.push(root);
  for (const [path, text] of Object.entries({ ...DEFAULTS, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const config = readConfig(root, {});
  const paths = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => /^(?:app|lib)\/.*\.lua$/.test(path))
    .sort();
  const roots = paths
    .filter((path) => path === "app/gateway.lua" || path.startsWith("app/private/"))
    .map((name): Root => ({ name, kind: "file" }));
  const reached = await reach(roots, {
    root,
    dialect: PROJECT_DIALECT,
    templates: SEARCH_PATH,
    paths: new Set(paths),
    gatewayFile: "app/gateway.lua",
    compile: (inputs) => Promise.resolve(inputs.map(compileFile)),
  });
  const whole = makeProgram(reached.files, reached.required, PROJECT_DIALECT);
  const esbuild = await loadEsbuild();
  return {
    root,
    config,
    settings: "{}",
    program: whole,
    reached,
    isMinified,
    bundle: async (entry, program = whole) => {
      const { engines } = entry;
      const texts = textsOf(program);
      const chunks = isMinified
        ? await Promise.all(texts.map((text) => minifyChunk(text, esbuild, engines)))
        : texts;
      const modules = new Map(entry.modules).set(
        "program",
        programModule(program.libraries, program.hasCompiler),
      );
      return await bundle({ ...entry, modules, chunks, isMinified }, esbuild);
    },
  };
}

export async function build(
  target: Target,
  files: Readonly<Record<string, string>>,
  isMinified = false,
): Promise<Built> {
  const project = await openTarget(files, isMinified);
  const made = await target.make(project);
  const out = join(project.root, "dist");
  for (const { path, contents } of made) {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    writeFileSync(join(out, path), contents);
  }
  return { out, files: made };
}

/** What a target says of a project: "app/x.lua:1:7: error: ..." */
export async function findingsOf(
  { findings }: Target,
  files: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const found = findings?.(await openTarget(files)) ?? [];
  return found.map(toRecord).map(shown);
}

function shown({ file, line, column, severity, message, hint }: FindingRecord): string {
  return `${file}:${String(line)}:${String(column)}: ${severity}: ${message} (${hint ?? ""})`;
}

/** Everything that the bundles of a build import, and the modules of spacer in them. */
export function importsOf({ files }: Built): { imports: string[]; inputs: string[] } {
  const metafiles = files.flatMap(({ bundle: made }) =>
    made === undefined ? [] : [made.metafile],
  );
  const outputs = metafiles.flatMap(({ outputs: each }) => Object.values(each));
  return {
    imports: [...new Set(outputs.flatMap(({ imports }) => imports.map(({ path }) => path)))].sort(),
    inputs: [...new Set(outputs.flatMap(({ inputs }) => Object.keys(inputs)))].sort(),
  };
}
