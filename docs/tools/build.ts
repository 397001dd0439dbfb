/**
 * `npm run build`: the program and its doors, bundled into dist/. What the doors share goes into
 * common chunks; packages stay imports.
 *
 * It lies here rather than in `cli/` because it makes the program and is no part of it.
 */
import {
  chmodSync,
  cpSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { doors, programs, root } from "./package.ts";
import { sealChunk } from "./sealChunk.ts";

const dist = join(root, "dist");

/** Made aside and put in place at once, so that a program that is running never sees half of it. */
const made = `${dist}.new-${String(process.pid)}`;
try {
  await build({
    absWorkingDir: root,
    entryPoints: [...programs, ...doors].map((name) => `${name}.ts`),
    outdir: made,
    outbase: root,
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    sourcemap: true,
    logLevel: "warning",
  });
  for (const name of readdirSync(join(made, "chunks"))) {
    if (!name.endsWith(".js")) continue;
    const file = join(made, "chunks", name);
    writeFileSync(file, sealChunk(readFileSync(file, "utf8")));
  }
  for (const program of programs) chmodSync(join(made, `${program}.js`), 0o755);
  // What the program reads at run time (cli/installation.ts).
  cpSync(join(root, "runtime/modules"), join(made, "modules"), {
    recursive: true,
    filter: (path) => path.endsWith(".lua") || statSync(path).isDirectory(),
  });
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
