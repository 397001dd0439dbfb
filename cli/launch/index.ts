/**
 * How the built program starts: its scripts are loaded with V8's code cache, which the first run leaves behind for
 * those that follow. The build makes an executable of this for each program; from the sources, `cli/index.ts` and
 * `cli/lua.ts` are the executables themselves.
 *
 * This file is what Node compiles anew at each start, so it is small, and imports nothing that Node has not loaded
 * anyway. Where the cache is off, damaged or can't be written, all goes on without.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { cacheFolder } from "../cache/cacheFolder.ts";
import { readCacheFile, writeCacheFile } from "../cache/cacheFile.ts";
import { engineId } from "../cache/engine.ts";
import { Scripts } from "./scripts.ts";

/** Put in by the build: "cli/index.js" or "cli/lua.js", and a hash of all scripts. */
declare const PROGRAM: string;
declare const BUILD: string;

/** Below the folder of the cache. */
const CODE_FOLDER = "code";

const command = PROGRAM === "cli/lua.js" ? "run" : (process.argv[2] ?? "");
const folder = codeFolder();
/** One file for each command: what they load and run differs. */
const file = folder && join(folder, `${command}.code`);
const key = `${BUILD} ${engineId()} ${command}`;
const scripts = new Scripts({
  folder: join(__dirname, "../scripts"),
  url: pathToFileURL(__filename).href,
  build: BUILD,
  require,
  importPackage: (source) => import(source) as Promise<unknown>,
  code: file === undefined ? undefined : readCacheFile(file, key),
});
if (file !== undefined) {
  process.on("exit", (exitCode) => {
    // What fails early has run too little to be a model.
    const code = exitCode === 0 ? scripts.newCode() : undefined;
    if (code !== undefined) writeCacheFile(file, key, code);
  });
}
scripts.load(PROGRAM);

/** Where there is code for this build and this Node; `undefined` where none is to be kept. */
function codeFolder(): string | undefined {
  // Words that are no command at all, and workers of a server, which load what its first process does.
  if (!/^[a-z]+$/.test(command) || process.env["NODE_UNIQUE_ID"] !== undefined) return undefined;
  const cache = cacheFolder(process.env);
  if (cache === undefined) return undefined;
  return join(cache, CODE_FOLDER, `${BUILD}-${engineId()}`);
}
