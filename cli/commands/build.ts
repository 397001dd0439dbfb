import { join, relative } from "node:path";
import { runBuild } from "../build/runBuild.ts";
import { targets } from "../build/targets/index.ts";
import { defineCommand } from "../command.ts";
import { UserError } from "../errors.ts";
import { findProjectRoot } from "../projectRoot.ts";

export const buildCommand = defineCommand({
  name: "build",
  summary: "Make files of a project that run without spacer",
  description: [
    "Compiles the modules that the project's routes, triggers and private functions lead to, and puts them together with the part of " +
      "the runtime that they use. What is made needs no spacer and no packages where it runs.",
    "Names of modules and functions that are computed when the program runs can't be followed: they are told, and --include names " +
      "what they may be.",
    `Targets are ${targets.map(({ name, summary }) => `'${name}', ${summary}`).join("; ")}.`,
    "A folder is only written over if a build has made it. The exit code is 1 when there are errors, and then nothing is written.",
  ],
  operands: {
    dir: {
      placeholder: "DIR",
      description: "The folder of the project; the current one, or above, if left out",
    },
  },
  options: {
    target: {
      type: "string",
      short: "t",
      placeholder: "TARGET",
      choices: targets.map(({ name }) => name),
      description: "Where it is to run: 'node' if left out",
    },
    out: {
      type: "string",
      short: "o",
      placeholder: "FOLDER",
      description: "Where to put the files; 'dist' in the project if left out",
    },
    minify: {
      type: "boolean",
      short: "m",
      description: "Make them small; errors still name Lua's lines",
    },
    sourcemap: {
      type: "boolean",
      description: "Make source maps, too, which lead debuggers to Lua; errors need none",
    },
    include: {
      type: "string",
      short: "i",
      placeholder: "PATTERN",
      isRepeatable: true,
      description: "Put modules in that no file names, such as 'handlers.*'; 'a.**' is all below a",
    },
    metafile: {
      type: "string",
      placeholder: "FILE",
      description: "Write what is in each file, in the form of esbuild's metafile",
    },
    analyze: { type: "boolean", short: "a", description: "Show what takes the space" },
    watch: { type: "boolean", short: "w", description: "Build again after each change" },
    json: { type: "boolean", description: "Print what was built and found as JSON, on one line" },
  },
  examples: [
    {
      command: "spacer build",
      meaning: "a server in dist/: node --stack-size=3900 dist/server.mjs",
    },
    { command: "spacer build shop --minify --out /srv/shop", meaning: "small, and somewhere else" },
    {
      command: "spacer build --include 'handlers.*'",
      meaning: "with modules that are required by computed names",
    },
    { command: "spacer build --minify --analyze", meaning: "and tell what takes the space" },
  ],
  run: async ({ operands, options }, context) => {
    const root = findProjectRoot(operands.dir, context.cwd);
    const name = options.target ?? "node";
    const target = targets.find((each) => each.name === name);
    if (target === undefined) throw new UserError(`there is no target '${name}'`);
    return await runBuild(
      {
        root,
        target,
        out: options.out ?? defaultOut(root, context.cwd),
        isMinified: options.minify,
        hasSourceMap: options.sourcemap,
        includes: options.include,
        metafile: options.metafile,
        analyzes: options.analyze,
        watches: options.watch,
        isJson: options.json,
      },
      context,
    );
  },
});

/** As a path from where the user is, if that is shorter. */
function defaultOut(root: string, cwd: string): string {
  const path = join(root, "dist");
  const fromHere = relative(cwd, path);
  return fromHere.startsWith("..") ? path : fromHere;
}
