/**
 * Bundled code does what the language says: the cases of fixtures/language, all in one bundle that is made small, print what
 * is expected of them, tracebacks among it, and fail with the messages that are expected.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DialectName } from "../../runtime/index.ts";
import { bundle } from "./bundle.ts";
import { sourceText, type ChunkText } from "./chunkText.ts";
import { compileFile, type CompiledFile } from "./compileFile.ts";
import { loadEsbuild, type Esbuild } from "./esbuild.ts";
import { runtimeBuilder } from "./runtimeCache.ts";
import type { RunResult } from "./languageRunner.testkit.ts";
import { minifyChunk } from "./minifyChunk.ts";
import type { ResumesFrom } from "./resumption.ts";
import { textOfPieces } from "../pieces.ts";

const language = join(__dirname, "../../fixtures/language");
const folder = mkdtempSync(join(tmpdir(), "spacer-language-"));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Topics whose cases are run, for they depend on places and frames; of others every fourth. */
const TOPICS =
  /^(?:argument-errors|coroutines|debug|environments|errors|goto|suspension|tail-calls)\//;

/** Cases that are not run in a bundle, and why. */
const LEFT_OUT: Readonly<Partial<Record<string, string>>> = {
  "errors/uncaught-table":
    "what becomes of such an error is up to the command that runs the program",
  "errors/uncaught-table-with-tostring": "likewise",
};

const cases = readdirSync(language, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name: topic }) =>
    readdirSync(join(language, topic)).map((name) => `${topic}/${name}`),
  )
  .sort()
  .filter((name, index) => TOPICS.test(name) || index % 4 === 0)
  .filter((name) => dialectOf(name) !== "5.1" && LEFT_OUT[name] === undefined)
  // Each has main.lua only in its bundle.
  .filter(
    (name) =>
      readdirSync(join(language, name)).filter((each) => each.endsWith(".lua")).length === 1,
  );

/** How their functions are resumed; where it matters most, both ways are run. */
interface Run {
  readonly name: string;
  readonly resumesFrom: ResumesFrom;
}

const RESUMED = /^(?:coroutines|environments|errors|suspension|tail-calls)\//;

const runs: readonly Run[] = [
  ...cases.map((name) => ({ name, resumesFrom: "script" as const })),
  ...cases
    .filter((name) => RESUMED.test(name))
    .map((name) => ({ name, resumesFrom: "source" as const })),
];

function dialectOf(name: string): DialectName {
  const file = join(language, name, "dialect");
  return existsSync(file) ? (readFileSync(file, "utf8").trim() as DialectName) : "luajit";
}

let results: readonly RunResult[];
let compiledCount = 0;

beforeAll(async () => {
  const esbuild = loadEsbuild();
  const texts: ChunkText[] = [];
  texts.push(...(await Promise.all(runs.map((run) => textOf(run, esbuild)))));
  const list = runs.map(({ name }) => ({ folder: join(language, name), dialect: dialectOf(name) }));
  const { contents } = await bundle(
    {
      entry: [
        'import { chunks, positions } from "spacer:chunks";',
        'import * as helpers from "spacer:runtime/helpers/index";',
        'import { runCases } from "spacer:cli/build/languageRunner.testkit";',
        'import { writeFileSync } from "node:fs";',
        `runCases(${JSON.stringify(list)}, { chunks, positions, helpers }).then((results) =>`,
        '  writeFileSync(process.argv[2], JSON.stringify(results), "utf8"));',
      ].join("\n"),
      chunks: texts,
      platform: "node",
      engines: "node20",
      isMinified: true,
      // Packages that were written as scripts look for those of Node by `require`.
      format: "cjs",
      external: ["pg-native"],
    },
    runtimeBuilder(esbuild),
  );
  const [file, resultFile] = [join(folder, "all.cjs"), join(folder, "results.json")];
  writeFileSync(file, textOfPieces(contents));
  const words = ["--stack-size=3900", file, resultFile];
  const run = spawnSync(process.execPath, words, { cwd: folder, encoding: "utf8" });
  if (run.status !== 0) throw new Error(run.stderr.slice(-2000));
  results = JSON.parse(readFileSync(resultFile, "utf8")) as RunResult[];
}, 120_000);

async function textOf({ name, resumesFrom }: Run, esbuild: Esbuild): Promise<ChunkText> {
  const source = readFileSync(join(language, name, "main.lua"), "latin1");
  const chunkName = "@main.lua";
  const file: CompiledFile = compileFile({
    chunkName,
    source,
    isGatewayFile: false,
    dialect: dialectOf(name),
    resumesFrom,
  });
  // What a program with such a file in it has in its bundle.
  if (file.kind === "broken" || file.wantsSources) return sourceText(chunkName, source);
  compiledCount++;
  return await minifyChunk(file.chunk, esbuild, "es2022");
}

test("most are compiled when the bundle is made", () => {
  expect(compiledCount).toBeGreaterThan(0.8 * runs.length);
});

test.each(runs.map((run, index) => ({ ...run, index })))(
  "$name, resumed from a $resumesFrom",
  ({ name, index }) => {
    const result = results[index];
    expect(result?.output).toBe(readFileSync(join(language, name, "expected.out"), "latin1"));
    const errorFile = join(language, name, "expected.error");
    const expected = existsSync(errorFile)
      ? readFileSync(errorFile, "latin1").split("\n")[0]
      : undefined;
    expect(result?.error?.split("\n")[0]).toBe(expected);
  },
);
