/** The sources of spacer as syntax trees. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { ModuleKind, ModuleResolutionKind, Project, type SourceFile } from "ts-morph";

export interface Sources {
  /** @param path From the root of the repository. @throws Error when there is no such file */
  file(path: string): SourceFile;
  /** All files below a folder except tests, ordered by path. */
  folder(path: string): readonly SourceFile[];
  /** What is in any other file. @param path From the root of the repository. @throws Error when there is no such file */
  text(path: string): string;
  /** The texts of all files below a folder except tests, templates among them, by their paths from the root. */
  texts(path: string): ReadonlyMap<string, string>;
  /** The names of the files in a folder that end with `extension`, without it. */
  names(path: string, extension: string): readonly string[];
}

/**
 * Reads sources as text: nothing of them runs, so that what the compiler needs can be derived while
 * it does not compile. Without the types of the language, which makes it fast: names can be
 * followed from file to file, types can't be asked for.
 */
export function openSources(root: string): Sources {
  const project = new Project({
    compilerOptions: {
      noLib: true,
      types: [],
      allowImportingTsExtensions: true,
      module: ModuleKind.ESNext,
      moduleResolution: ModuleResolutionKind.Bundler,
    },
  });
  return {
    file: (path) => project.addSourceFileAtPath(join(root, path)),
    folder: (path) =>
      project
        .addSourceFilesAtPaths([
          join(root, path, "**/*.ts"),
          `!${join(root, path)}/**/*.{test,testkit}.ts`,
        ])
        .sort((a, b) => (a.getFilePath() < b.getFilePath() ? -1 : 1)),
    text: (path) => readFileSync(join(root, path), "utf8"),
    texts: (path) =>
      new Map(
        readdirSync(join(root, path), { recursive: true, encoding: "utf8" })
          .map((file) => join(path, file))
          .filter((file) => !/\.(?:test|testkit)\.ts$/.test(file))
          .filter((file) => statSync(join(root, file)).isFile())
          .sort()
          .map((file) => [file, readFileSync(join(root, file), "utf8")]),
      ),
    names: (path, extension) =>
      readdirSync(join(root, path))
        .filter((file) => file.endsWith(extension))
        .map((file) => basename(file, extension)),
  };
}
