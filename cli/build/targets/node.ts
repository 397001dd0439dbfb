/**
 * The target `node`: a folder that is all that a machine with Node needs to serve the project.
 *
 *     server.mjs   what is started (cli/bundled/launch.ts)
 *     server.cjs   the server: a script, not a module, as V8's code cache is for scripts only
 *     yaml.cjs     a parser, for environment variables with more than a plain value
 *     public/ ...  the folders that the project publishes
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Plugin } from "esbuild";
import { UserError } from "../../errors.ts";
import { bundledSources } from "../../installation.ts";
import { isAtOrAbove } from "../../isAtOrAbove.ts";
import type { Pieces } from "../../pieces.ts";
import { listFiles } from "../../projectFolders.ts";
import { fastifyParts } from "../fastifyParts.ts";
import { lazyParts } from "../lazyParts.ts";
import type { BuildRuntime } from "../runtimeCache.ts";
import type { EntryOptions, OutputFile, Target, TargetProject } from "../target.ts";
import { absentModules } from "./absentModules.ts";
import { absentParts } from "./nodeParts.ts";

export const nodeTarget: Target = {
  name: "node",
  summary: "a server for Node, in a folder that needs nothing else",
  usage: (out) => `node --stack-size=3900 ${out}/server.mjs`,
  compilesTexts: true,
  prepare: async (project) => {
    await Promise.all([
      project.prepareBundle(serverEntry(project)),
      yamlParser(project.buildRuntime),
      launcherText(project.buildRuntime),
    ]);
  },
  make: async (project) => {
    const { buildRuntime } = project;
    const [server, yaml] = await Promise.all([makeServer(project), yamlParser(buildRuntime)]);
    return [
      {
        path: "server.mjs",
        contents: await launcher(server.bundle.contents, buildRuntime),
      },
      server,
      { path: "yaml.cjs", contents: yaml },
      ...publishedFiles(project),
    ];
  },
};

/** A function, so that its declarations are in no place that V8 takes for one of all scripts. */
const HEAD = '(function (require, module, exports, $program) { "use strict";';
const END = "})\n";

const ENGINES = "node20";

async function makeServer(project: TargetProject) {
  const bundle = await project.bundle(serverEntry(project));
  const { program } = project;
  return { path: "server.cjs", contents: bundle.contents, bundle, program } satisfies OutputFile;
}

function serverEntry(project: TargetProject): EntryOptions {
  const { program, settings } = project;
  const { libraries } = program;
  const usesDatabase = libraries.modules.includes("db");
  const hasCapture = libraries.globals.includes("ngx") || libraries.modules.includes("ngx");
  return {
    entry: [
      'import { runtime } from "spacer:program";',
      'import { serveBundle } from "spacer:cli/bundled/server";',
      `const settings = ${JSON.stringify(settings)};`,
      `void serveBundle({ ...runtime, settings, usesDatabase: ${String(usesDatabase)} }, $program);`,
    ].join("\n"),
    platform: "node",
    engines: ENGINES,
    format: "cjs",
    banner: HEAD,
    footer: END,
    // Where it is there, `pg` takes it; the other one is for another engine.
    external: ["pg-native", "pg-cloudflare"],
    plugins: [
      plainYaml(),
      fastifyParts(hasCapture),
      absentModules(libraries),
      lazyParts({ absent: absentParts(project), hasRequire: true }),
    ],
  };
}

/** Settings are read by cli/bundled/yaml.ts, and the parser it may ask for is a file of its own. */
function plainYaml(): Plugin {
  const { folder, extension } = bundledSources();
  return {
    name: "plain-yaml",
    setup(build) {
      build.onResolve({ filter: /^yaml$/ }, () => ({
        path: join(folder, `cli/bundled/yaml${extension}`),
        sideEffects: false,
      }));
      build.onResolve({ filter: /^\.\/yaml\.cjs$/ }, ({ path }) => ({ path, external: true }));
    },
  };
}

async function launcher(server: Pieces, build: BuildRuntime): Promise<string> {
  const hash = createHash("sha256");
  for (const piece of server) hash.update(piece);
  const id = hash.digest("hex").slice(0, ID_PLACE.length);
  return (await launcherText(build)).replace(ID_PLACE, id);
}

/** Stands for what the server's contents decide, so that all launchers are made of one. */
const ID_PLACE = "$SERVER_CONTENTS";

async function launcherText(build: BuildRuntime): Promise<string> {
  const entry = `import { launch } from "spacer:cli/bundled/launch"; launch(import.meta.url, "${ID_PLACE}");`;
  return await small(entry, "esm", build);
}

async function yamlParser(build: BuildRuntime): Promise<string> {
  const entry = 'export { isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";';
  return await small(entry, "cjs", build);
}

/** A file without Lua in it. */
async function small(entry: string, format: "esm" | "cjs", build: BuildRuntime): Promise<string> {
  const modules = new Map([["entry", entry]]);
  const { text } = await build({
    format,
    entryPoints: ["spacer:entry"],
    absWorkingDir: bundledSources().folder,
    bundle: true,
    platform: "node",
    target: ENGINES,
    isMinified: true,
    legalComments: "none",
    logLevel: "silent",
    written: { helpers: [], modules },
  });
  return text;
}

/** The folders of `gateway.static`, where the settings say they are. */
function publishedFiles({ root, config }: TargetProject): OutputFile[] {
  const files = new Map<string, OutputFile>();
  for (const { dir } of config.gateway.static) {
    if (!isAtOrAbove(root, resolve(root, dir.dir))) {
      throw new UserError(
        `gateway.static: '${dir.dir}' is outside of the project, and can't be a part of what is built`,
        "move it into the project",
      );
    }
    const folder = join(dir.dir);
    for (const path of listFiles(root, [folder]).files) {
      const name = path.replaceAll("\\", "/");
      files.set(name, { path: name, contents: [readFileSync(join(root, path))] });
    }
  }
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
