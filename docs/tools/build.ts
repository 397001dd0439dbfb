/**
 * `npm run build`: the program and its doors, bundled into dist/. Modules become scripts (linkScript.ts) in
 * dist/scripts; what they share goes into common ones; packages stay packages. What Node and others load are the small
 * files in front of them: launchers for the programs (cli/launch), ES modules for the doors. Beside them are the sources that
 * `spacer build` makes bundles of (bundledSources.ts).
 *
 * With a word behind it, `npm run build FOLDER`, it builds there.
 *
 * It lies here rather than in `cli/` because it makes the program and is no part of it.
 */
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, posix, relative, resolve } from "node:path";
import { build, type BuildOptions, type Metafile } from "esbuild";
import { writeBundledSources } from "./bundledSources.ts";
import { lazyImports, lazyModules } from "./lazyImports.ts";
import { linkScript, SCRIPT_GLOBALS } from "./linkScript.ts";
import { doors, helpers, programs, root } from "./package.ts";
import { type MappedScript, nameInPack, type Pack, packScripts, planPacks } from "./packScripts.ts";

const { url: URL_NAME, build: BUILD_NAME } = SCRIPT_GLOBALS;

/** A program needs a stack for deep recursion, which can't be had later. The options are those of cli/processContext.ts. */
const HASHBANG =
  "#!/usr/bin/env -S node --stack-size=3900 --no-allocation-site-pretenuring --min-semi-space-size=2";

/** What is worth packs: what people wait for. The compiler is with them, as it starts for each file that is new. */
const STARTED_OFTEN = ["cli/index", "cli/lua", "cli/commands/run", "compiler/index"];

const COMMON = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20",
  packages: "external",
  logLevel: "warning",
} as const satisfies BuildOptions;

const dist = resolve(process.argv[2] ?? join(root, "dist"));

/** Made aside and put in place at once, so that a program that is running never sees half of it. */
const made = `${dist}.new-${String(process.pid)}`;
try {
  const id = await buildScripts(join(made, "scripts"));
  await buildFronts(id);
  // What the program reads at run time (cli/installation.ts).
  cpSync(join(root, "runtime/modules"), join(made, "modules"), {
    recursive: true,
    filter: (path) => path.endsWith(".lua") || statSync(path).isDirectory(),
  });
  await writeBundledSources(root, join(made, "bundled"));
  cpSync(join(root, "cli/templates"), join(made, "templates"), { recursive: true });
  rmSync(dist, { recursive: true, force: true });
  renameSync(made, dist);
} catch (error) {
  // esbuild has printed what is wrong with a source.
  if (!(error instanceof Error && "errors" in error)) throw error;
  process.exitCode = 1;
} finally {
  rmSync(made, { recursive: true, force: true });
}

/** @returns A hash of all that was made: it names the build. */
async function buildScripts(folder: string): Promise<string> {
  const options = {
    ...COMMON,
    outdir: folder,
    outbase: root,
    format: "esm",
    sourcemap: true,
    define: { "import.meta.url": URL_NAME, BUILD_ID: BUILD_NAME },
    plugins: [lazyImports(root)],
  } as const satisfies BuildOptions;
  const modules = new Set([...programs, ...doors, ...lazyModules(root)]);
  const { metafile } = await build({
    ...options,
    entryPoints: sourcesOf(modules),
    chunkNames: "chunks/[name]-[hash]",
    splitting: true,
    metafile: true,
  });
  // Each in one piece: what all share would be in more and smaller ones.
  await build({ ...options, entryPoints: sourcesOf(helpers) });
  const at = (path: string) => relative(folder, resolve(root, path)).replaceAll("\\", "/");
  linkScripts(folder, planPacks(outputsAt(metafile, at), STARTED_OFTEN));
  const hash = createHash("sha256");
  for (const name of scriptsIn(folder)) {
    const script = readFileSync(join(folder, name), "utf8");
    checkCharacters(name, script);
    hash.update(`${name}\n${script}`);
  }
  return hash.digest("hex").slice(0, 16);
}

/** Makes scripts of all modules in a folder, and packs of some. */
function linkScripts(folder: string, packs: readonly Pack[]): void {
  const packed = new Map(
    packs.flatMap((pack) => pack.chunks.map((chunk) => [chunk, nameInPack(pack, chunk)] as const)),
  );
  for (const name of scriptsIn(folder)) {
    const file = join(folder, name);
    // From the folder of all scripts: there is nothing left to resolve at run time.
    const nameOf = (source: string) => {
      const imported = posix.join(posix.dirname(name), source);
      return `./${packed.get(imported) ?? imported}`;
    };
    writeFileSync(file, linkScript(readFileSync(file, "utf8"), nameOf));
  }
  for (const pack of packs) {
    const chunks = new Map<string, MappedScript>();
    for (const chunk of pack.chunks) {
      const [file, mapFile] = [join(folder, chunk), join(folder, `${chunk}.map`)];
      const [script, map] = [readFileSync(file, "utf8"), readFileSync(mapFile, "utf8")];
      chunks.set(chunk, { script, map });
      rmSync(file);
      rmSync(mapFile);
    }
    const { script, map } = packScripts(pack, chunks);
    mkdirSync(dirname(join(folder, pack.file)), { recursive: true });
    writeFileSync(join(folder, pack.file), script);
    writeFileSync(join(folder, `${pack.file}.map`), map);
  }
}

/** Their paths in the folder, with slashes, in the same order everywhere. */
function scriptsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".js"))
    .map((name) => name.replaceAll("\\", "/"))
    .sort();
}

/** With other paths. */
function outputsAt({ outputs }: Metafile, at: (path: string) => string): Metafile["outputs"] {
  return Object.fromEntries(
    Object.entries(outputs).map(([path, output]) => [
      at(path),
      {
        ...output,
        imports: output.imports.map((imported) =>
          imported.external === true ? imported : { ...imported, path: at(imported.path) },
        ),
      },
    ]),
  );
}

function sourcesOf(names: Iterable<string>): string[] {
  return [...names].map((name) => `${name}.ts`);
}

/**
 * Launchers read scripts as Latin-1, which is fast. esbuild escapes what is not ASCII, but can't do so in the text of tagged templates.
 *
 * @throws Error with the place
 */
function checkCharacters(name: string, script: string): void {
  const found = /.{0,30}[^\x00-\x7f].{0,30}/u.exec(script)?.[0];
  if (found === undefined) return;
  throw new Error(
    `${name} has what is not ASCII: ${found}\n  hint: in a tagged template put it in as a value`,
  );
}

/** What stands in front of the scripts. */
async function buildFronts(id: string): Promise<void> {
  const front = async (entry: string, file: string, options: BuildOptions = {}) => {
    const define = { BUILD: JSON.stringify(id), ...options.define };
    const outfile = join(made, file);
    const whitespace = {
      minifyWhitespace: true,
      minifySyntax: true,
      legalComments: "none",
    } as const;
    await build({
      ...COMMON,
      ...whitespace,
      ...options,
      define,
      entryPoints: [entry],
      outfile,
      format: "cjs",
    });
  };
  for (const program of [...programs, ...helpers]) {
    await front("cli/launch/index.ts", `${program}.js`, {
      define: { PROGRAM: JSON.stringify(`${program}.js`) },
      banner: { js: HASHBANG },
    });
    chmodSync(join(made, `${program}.js`), 0o755);
  }
  await front("cli/launch/doors.ts", "cli/doors.js");
  // Node starts a script in CommonJS sooner than a module.
  writeFileSync(join(made, "cli/package.json"), '{ "type": "commonjs" }\n');
  for (const door of doors) writeDoor(door);
}

function writeDoor(door: string): void {
  const file = join(made, `${door}.js`);
  const path = relative(dirname(file), join(made, "cli/doors.js")).replaceAll("\\", "/");
  const script = readFileSync(join(made, "scripts", `${door}.js`), "utf8");
  const returned = /return \{ ([^{}]*) \}; \}\)\([^{}]*\); \}\)/.exec(script)?.[1] ?? "";
  const names = returned.split(", ").map((name) => name.replace(/:.*/s, ""));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    `import doors from "${path}";\nexport const { ${names.join(", ")} } = doors.load("${door}.js");\n`,
  );
}
