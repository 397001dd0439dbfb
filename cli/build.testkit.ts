/** The program, built for tests that need it as a process of its own: it starts fast. */
import { createHash } from "node:crypto";
import { chmodSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { buildSync } from "esbuild";

const repository = resolve(__dirname, "..");

let command: readonly string[] | undefined;

/** The words that start the CLI as its sources are now. Built once per test file. */
export function selfCommand(): readonly string[] {
  command ??= [process.execPath, "--stack-size=3900", buildProgram()];
  return command;
}

function buildProgram(): string {
  const worker = process.env["JEST_WORKER_ID"] ?? "0";
  // Within the repository, so that packages are found; several trees may share them.
  const tree = createHash("sha1").update(repository).digest("hex").slice(0, 8);
  const folder = join(repository, "node_modules/.cache/spacer-tests", tree, worker);
  const entries = ["index", "lua"].map((name) => join(repository, `cli/${name}.ts`));
  rmSync(folder, { recursive: true, force: true });
  buildSync({
    entryPoints: entries,
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    // The program reads templates and Lua modules from where the sources are.
    define: {
      "import.meta.url": JSON.stringify(pathToFileURL(join(repository, "cli/index.ts")).href),
    },
  });
  chmodSync(join(folder, "lua.mjs"), 0o755);
  return join(folder, "index.mjs");
}
