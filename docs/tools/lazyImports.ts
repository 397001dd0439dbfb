/**
 * Modules that are loaded when they are first asked for, so that a program starts without them. A file `NAME.lazy.ts`
 * imports whole modules, and exports for each a function that gives it. In tests and from the sources that is all:
 *
 *     import * as compiler from "../compiler/index.ts";
 *     export const theCompiler = () => compiler;
 *
 * In the build the import goes away, the module becomes a script of its own, and the function loads it:
 *
 *     export const theCompiler = () => $load("/compiler/index.js");
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import type { Plugin } from "esbuild";
import { SCRIPT_GLOBALS } from "./linkScript.ts";

const LAZY_FILE = /\.lazy\.ts$/;
const IMPORT = /^import \* as (\w+) from "([^"]+)";$/gm;
const GETTER = /^export const (\w+) = \(\) => (\w+);$/gm;
const COMMENT = /\/\*\*[^]*?\*\//g;

/** Sources of the modules that are loaded this way, from the root and without their extension. */
export function lazyModules(root: string): string[] {
  const files = ["cli", "compiler", "runtime"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".lazy.ts"))
      .map((file) => join(root, folder, file)),
  );
  return files.flatMap((file) =>
    parse(readFileSync(file, "utf8"), file)
      .filter(({ source }) => source.startsWith("."))
      .map(({ source }) => sourceName(root, file, source)),
  );
}

/** Makes the files lazy in a bundle whose modules become scripts. */
export function lazyImports(root: string): Plugin {
  return {
    name: "lazy-imports",
    setup(build) {
      build.onLoad({ filter: LAZY_FILE }, ({ path }) => {
        const getters = parse(readFileSync(path, "utf8"), path).map(({ source, getter }) => {
          // A slash in front: from the folder of all scripts (cli/launch/scripts.ts).
          const script = source.startsWith(".") ? `/${sourceName(root, path, source)}.js` : source;
          return `export const ${getter} = () => ${SCRIPT_GLOBALS.load}("${script}");`;
        });
        return { contents: getters.join("\n"), loader: "js" };
      });
    },
  };
}

interface LazyImport {
  readonly getter: string;
  readonly source: string;
}

/** @throws Error when there is anything else in the file: it would be lost. */
function parse(text: string, file: string): LazyImport[] {
  const rest = text.replaceAll(COMMENT, "").replaceAll(IMPORT, "").replaceAll(GETTER, "");
  if (rest.trim() !== "") throw new Error(`${file} has more than lazy imports: ${rest.trim()}`);
  const sources = new Map(
    [...text.matchAll(IMPORT)].map(([, name = "", source = ""]) => [name, source]),
  );
  return [...text.matchAll(GETTER)].map(([, getter = "", name = ""]) => {
    const source = sources.get(name);
    if (source === undefined) throw new Error(`${file} does not import ${name}`);
    return { getter, source };
  });
}

/** "/x/cli/a.lazy.ts", "../compiler/index.ts" -> "compiler/index" */
function sourceName(root: string, file: string, source: string): string {
  const folder = relative(root, dirname(file)).replaceAll("\\", "/");
  return posix.join(folder, source).replace(/\.ts$/, "");
}
