/**
 * The sources that bundles of projects are made of, as modules in JavaScript, one for each file: `spacer build` gives them to
 * esbuild, which takes what a project uses. They lie as in the repository, so that what they import is where they say.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build, transform } from "esbuild";

/** What bundles may import by name (cli/build/runtimePlugin.ts), besides all that is below this folder. */
const BUNDLED_FOLDER = "cli/bundled";
const OTHER_ENTRIES = [
  "runtime/helpers/index.ts",
  "runtime/libraryOpeners.ts",
  "runtime/modules/openers.ts",
  "runtime/noStringFunctions.ts",
];

/** Files whose text the bundler reads (cli/build/lazyParts.ts). */
const LAZY_FILE = ".lazy.ts";
const TYPESCRIPT_IMPORT = /(\bfrom\s*|\bimport\s*\(?\s*)(["'])(\.{1,2}\/[^"']*)\.ts\2/g;
const COMMENT = /\/\*\*[^]*?\*\//g;

/** @param root Of the repository. @param folder Where they go. */
export async function writeBundledSources(root: string, folder: string): Promise<void> {
  for (const file of await sourcesOfBundles(root)) {
    const text = readFileSync(join(root, file), "utf8");
    const plain = file.endsWith(LAZY_FILE)
      ? text.replaceAll(COMMENT, "").trimStart()
      : await strip(text);
    const target = join(folder, file.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, plain.replaceAll(TYPESCRIPT_IMPORT, "$1$2$3.js$2"));
  }
}

/** All files of spacer that a bundle may have something of, from the root. */
async function sourcesOfBundles(root: string): Promise<string[]> {
  const own = readdirSync(join(root, BUNDLED_FOLDER), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !/\.(?:test|testkit)\.ts$/.test(name))
    .map((name) => `${BUNDLED_FOLDER}/${name.replaceAll("\\", "/")}`)
    .sort();
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...own, ...OTHER_ENTRIES],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    packages: "external",
    external: ["./yaml.cjs"],
    outdir: "unused",
    logLevel: "warning",
  });
  return Object.keys(metafile.inputs).sort();
}

/** Types and comments are taken out. */
async function strip(text: string): Promise<string> {
  const { code } = await transform(text, {
    loader: "ts",
    format: "esm",
    target: "node20",
    minifyWhitespace: true,
    legalComments: "none",
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  return code;
}
