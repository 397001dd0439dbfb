/** What is in a bundle of Lua: files that are reached, and the libraries that they use. */
import type { DialectName } from "../../runtime/index.ts";
import { sourceText, type ChunkText } from "./chunkText.ts";
import { chooseLibraries, type LibraryChoice } from "./libraryChoice.ts";
import type { Reached, ReachedFile } from "./reach.ts";

export interface Program {
  /** By path; their order is that of the chunks in the bundle. */
  readonly files: readonly ReachedFile[];
  readonly libraries: LibraryChoice;
  /**
   * The bundle has the sources, and its own compiler compiles them: some file looks at functions in a way that takes their
   * source, or changes their environments.
   */
  readonly isFromSources: boolean;
  /** Whether the bundle has the compiler. */
  readonly hasCompiler: boolean;
}

/** @param required What the program needs besides, by the names of modules. */
export function makeProgram(
  files: readonly ReachedFile[],
  required: Iterable<string>,
  dialect: DialectName,
): Program {
  const names = new Set([...required, ...files.flatMap((file) => [...file.required])]);
  const uses = files.map(({ use }) => use);
  const libraries = chooseLibraries(uses, names, dialect);
  const isFromSources = files.some(({ wantsSources }) => wantsSources);
  const wantsCompiler = files.some(({ input }) => input.resumesFrom === "source");
  const hasCompiler = isFromSources || wantsCompiler || libraries.hasCompiler;
  return { files, libraries, isFromSources, hasCompiler };
}

/** The part of a program that some of its files lead to. @param paths Of these files. */
export function partOfProgram(
  { files }: Pick<Reached, "files">,
  paths: readonly string[],
  dialect: DialectName,
): Program {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const found = new Set<string>();
  const visit = (path: string): void => {
    const file = byPath.get(path);
    if (file === undefined || found.has(path)) return;
    found.add(path);
    for (const used of file.uses) visit(used);
  };
  paths.forEach(visit);
  const part = files.filter(({ path }) => found.has(path));
  return makeProgram(part, [], dialect);
}

/** The texts of a program's files, in their order. */
export function textsOf({ files, isFromSources }: Program): ChunkText[] {
  return files.map(({ chunk, input }) =>
    isFromSources ? sourceText(input.chunkName, input.source) : chunk,
  );
}
