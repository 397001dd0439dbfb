/** What a build has made, for people and for programs. */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { toRecord, type FindingRecord } from "../check/finding.ts";
import { describeFinding, describeTotals, totalsOf } from "../check/report.ts";
import type { Style } from "../style.ts";
import { formatTable } from "../table.ts";
import type { Build } from "./buildProject.ts";
import { piecesOf, sizeOfPieces } from "../pieces.ts";
import type { Program } from "./program.ts";
import type { ResumesFrom } from "./resumption.ts";
import type { OutputFile } from "./target.ts";

export interface Summary {
  readonly target: string;
  /** As the user named the folder. */
  readonly out: string;
  readonly elapsedMs: number;
  readonly files: readonly FileSize[];
  /** The Lua files in it, by path. */
  readonly modules: readonly string[];
  /** Libraries and modules of spacer that are in it. */
  readonly libraries: readonly string[];
  readonly hasCompiler: boolean;
  /** Of each Lua file (resumption.ts). */
  readonly resumesFrom: ResumesFrom;
}

export interface FileSize {
  readonly path: string;
  readonly sizeBytes: number;
  /** `null` for a large file, which nobody packs for each request. */
  readonly gzipBytes: number | null;
}

export function summarize(
  { program }: Build,
  files: readonly FileSize[],
  made: Pick<Summary, "target" | "out" | "elapsedMs">,
): Summary {
  return {
    ...made,
    files,
    modules: (program?.files ?? []).map(({ path }) => path),
    libraries: program === undefined ? [] : librariesOf(program),
    hasCompiler: program?.hasCompiler === true,
    resumesFrom: program?.files[0]?.input.resumesFrom ?? "script",
  };
}

/** As `--json` prints it, on one line. `built` is `null` when there are errors. */
export function toJson(build: Build, summary: Summary | undefined): string {
  const findings: FindingRecord[] = build.findings.map(toRecord);
  return `${JSON.stringify({ built: summary ?? null, findings })}\n`;
}

export function describeFindings({ findings, fileCount }: Build, style: Style): string {
  if (findings.length === 0) return "";
  const shown = findings.map((finding) => `${describeFinding(finding, style)}\n`);
  return shown.join("") + describeTotals(totalsOf(findings, fileCount), style);
}

/** @param usage How to run it. */
export function describeSummary(summary: Summary, usage: string, style: Style): string {
  const { target, out, elapsedMs, files, modules, libraries, hasCompiler, resumesFrom } = summary;
  const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const seconds = `${(elapsedMs / 1000).toFixed(1)} s`;
  const rows = [...files]
    .sort((a, b) => b.sizeBytes - a.sizeBytes || (a.path < b.path ? -1 : 1))
    .slice(0, MAX_ROWS)
    .map(({ path, sizeBytes, gzipBytes }) => [
      path,
      sizeText(sizeBytes),
      gzipBytes === null ? "" : sizeText(gzipBytes),
    ]);
  const more = files.length - rows.length;
  return [
    formatTable(FILE_COLUMNS, rows, style),
    more > 0 ? style.dim(`and ${count(more, "smaller file")}\n`) : "",
    `${style.green("built")} ${style.bold(out)} for ${target} in ${seconds}: `,
    `${count(files.length, "file")}, ${sizeText(total)}\n`,
    `${count(modules.length, "Lua file")}; `,
    libraries.length === 0 ? "no library" : `libraries: ${libraries.join(", ")}`,
    hasCompiler ? `; with the compiler, ${COMPILER_REASONS[resumesFrom]}` : "",
    `\n${style.dim("run it:")} ${usage}\n`,
  ].join("");
}

const COMPILER_REASONS = {
  script: "as it makes functions of texts or looks into them",
  source:
    "which makes what resumes functions that wait, of their sources (build.sources in the settings)",
} as const satisfies Record<ResumesFrom, string>;

const MAX_ROWS = 12;

const FILE_COLUMNS = [
  { title: "file" },
  { title: "size", isNumber: true },
  { title: "gzip", isNumber: true },
];

function librariesOf({ libraries: { globals, preloaded, modules } }: Program): string[] {
  return [...new Set([...globals, ...preloaded, ...modules])];
}

/** How large files are, as such and packed. Other threads pack them by parts, which changes little of the size. */
export async function sizesOf(files: readonly OutputFile[]): Promise<FileSize[]> {
  return await Promise.all(
    files.map(async ({ path, contents }) => {
      const pieces = piecesOf(contents);
      const sizeBytes = sizeOfPieces(pieces);
      if (sizeBytes > MAX_PACKED_BYTES) return { path, sizeBytes, gzipBytes: null };
      const bytes = Buffer.concat(pieces);
      const packing: Promise<Buffer>[] = [];
      for (let start = 0; start < Math.max(1, sizeBytes); start += PACKED_AT_ONCE_BYTES) {
        packing.push(pack(bytes.subarray(start, start + PACKED_AT_ONCE_BYTES), { level: 1 }));
      }
      return { path, sizeBytes, gzipBytes: sizeOfPieces(await Promise.all(packing)) };
    }),
  );
}

const pack = promisify(gzip);
const PACKED_AT_ONCE_BYTES = 4_000_000;
const MAX_PACKED_BYTES = 16_000_000;

/** "12 KB", "1.3 MB" */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${String(bytes)} B`;
  if (bytes < 1_000_000) return `${String(Math.round(bytes / 1000))} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function count(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? "" : "s"}`;
}
