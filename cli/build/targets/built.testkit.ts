/** Builds projects for a target, in temporary folders. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { toRecord, type FindingRecord } from "../../check/finding.ts";
import { buildProject, isError, type Build } from "../buildProject.ts";
import { loadEsbuild } from "../esbuild.ts";
import { runtimeBuilder } from "../runtimeCache.ts";
import { FileCompiler } from "../fileCompiler.ts";
import type { OutputFile, Target } from "../target.ts";
import { piecesOf, writePieces } from "../../pieces.ts";

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

/** Makes a project. @param files Texts, by their paths from the root. */
function makeProject(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "spacer-build-"));
  folders.push(root);
  for (const [path, text] of Object.entries({ ...DEFAULTS, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

async function buildIn(root: string, target: Target, isMinified: boolean): Promise<Build> {
  const esbuild = loadEsbuild();
  const compiler = new FileCompiler({ esbuild, isMinified, cache: undefined });
  const options = { hasSourceMap: false, rootFromOutput: "..", includes: [] };
  return await buildProject(
    { root, target, isMinified, ...options },
    { buildRuntime: runtimeBuilder(esbuild), compiler },
  );
}

/** @throws Error with what was found, if that is any error */
export async function build(
  target: Target,
  files: Readonly<Record<string, string>>,
  isMinified = false,
): Promise<Built> {
  const root = makeProject(files);
  const made = await buildIn(root, target, isMinified);
  const errors = made.findings.filter(isError).map(toRecord).map(shown);
  if (errors.length > 0) throw new Error(errors.join("\n"));
  const out = join(root, "dist");
  for (const { path, contents } of made.files) {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    await writePieces(join(out, path), piecesOf(contents));
  }
  return { out, files: made.files };
}

/** What a target says of a project: "app/x.lua:1:7: error: ..." */
export async function findingsOf(
  target: Target,
  files: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const { findings } = await buildIn(makeProject(files), target, false);
  return findings.map(toRecord).map(shown);
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
