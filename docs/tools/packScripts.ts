/**
 * Puts scripts that are loaded together into one file: to open, read, check and take over fifty small ones took 5 ms of
 * each start. Those chunks go into one pack that the same programs and commands load, of those that start most often.
 *
 *     chunks/chunk-A.js: (function ...)       packs/cli.index-cli.lua.js: ({
 *     chunks/chunk-B.js: (function ...)  -->  "chunk-A.js": (function ...),
 *                                             "chunk-B.js": (function ...) })
 *
 * From then on a chunk is named "packs/cli.index-cli.lua.js#chunk-A.js". Entry points stay files of their own.
 */
import { posix } from "node:path";
import type { Metafile } from "esbuild";

export interface Pack {
  /** Its path in the folder of the scripts: "packs/cli.index-cli.lua.js". */
  readonly file: string;
  /** Paths of its chunks: "chunks/chunk-A.js". */
  readonly chunks: readonly string[];
}

/** A linked script (linkScript.ts), and the source map that esbuild made, as text. */
export interface MappedScript {
  readonly script: string;
  readonly map: string;
}

const MAP_COMMENT = /^\/\/# sourceMappingURL=.*\n?/m;

/**
 * Chunks by who loads them.
 *
 * @param outputs Of a bundle, by their paths in the folder of the scripts.
 * @param anchors Entry points, without their extension: "cli/lua".
 */
export function planPacks(outputs: Metafile["outputs"], anchors: readonly string[]): Pack[] {
  const loadedBy = new Map<string, string[]>();
  for (const anchor of anchors) {
    for (const chunk of reachedChunks(outputs, `${anchor}.js`)) {
      const names = loadedBy.get(chunk) ?? [];
      names.push(anchor.replaceAll("/", "."));
      loadedBy.set(chunk, names);
    }
  }
  const packs = new Map<string, string[]>();
  for (const [chunk, names] of loadedBy) {
    const file = `packs/${names.join("-")}.js`;
    packs.set(file, [...(packs.get(file) ?? []), chunk]);
  }
  return [...packs].map(([file, chunks]) => ({ file, chunks }));
}

/** What an entry point imports, and what that does, without what is loaded on demand. */
function reachedChunks(outputs: Metafile["outputs"], entry: string): Set<string> {
  const reached = new Set([entry]);
  // A set is gone through to its end, and what is added meanwhile with it.
  for (const name of reached) {
    for (const { path, kind, external } of outputs[name]?.imports ?? []) {
      if (kind === "import-statement" && external !== true) reached.add(path);
    }
  }
  // An entry point that another one imports stays a file.
  return new Set([...reached].filter((name) => outputs[name]?.entryPoint === undefined));
}

/** What a chunk is called once it is in a pack. */
export function nameInPack({ file }: Pack, chunk: string): string {
  return `${file}#${posix.basename(chunk)}`;
}

/**
 * One script of many, whose value has the values of all. Its lines are theirs, after a first one, so that their maps hold.
 *
 * @param chunks By their paths, as in `Pack`.
 */
export function packScripts(
  { file, chunks: paths }: Pack,
  chunks: ReadonlyMap<string, MappedScript>,
): MappedScript {
  let script = "({\n";
  let line = 1;
  const sections: { offset: { line: number; column: 0 }; map: unknown }[] = [];
  for (const path of paths) {
    const chunk = chunks.get(path);
    if (chunk === undefined) throw new Error(`there is no ${path}`);
    const text = `${chunk.script.replace(MAP_COMMENT, "").trimEnd()},\n`;
    // On a line of its own: the first line of a chunk begins as it did.
    script += `${JSON.stringify(posix.basename(path))}:\n${text}`;
    sections.push({
      offset: { line: line + 1, column: 0 },
      map: sourcesFrom(chunk.map, path, file),
    });
    line += 1 + text.split("\n").length - 1;
  }
  script += `})\n//# sourceMappingURL=${posix.basename(file)}.map\n`;
  return { script, map: JSON.stringify({ version: 3, sections }) };
}

/** Its sources are relative to the file that it is for. */
function sourcesFrom(map: string, from: string, to: string): unknown {
  const parsed = JSON.parse(map) as { sources: string[] };
  const sources = parsed.sources.map((source) =>
    posix.relative(posix.dirname(to), posix.join(posix.dirname(from), source)),
  );
  return { ...parsed, sources };
}
