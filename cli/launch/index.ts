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
import { CODE_FOLDER, cacheFolder } from "../cache/cacheFolder.ts";
import { readCacheFile, writeCacheFile } from "../cache/cacheFile.ts";
import { engineId } from "../cache/engine.ts";
import { takeDebuggerSignal } from "../debuggerSignal.ts";
import { keepListsYoung, setEngineFlag } from "../engineFlags.ts";
import { Scripts } from "./scripts.ts";

/** Put in by the build: "cli/index.js" or "cli/lua.js", and a hash of all scripts. */
declare const PROGRAM: string;
declare const BUILD: string;

/** What differs in what it loads and runs has code of its own. */
const command = PROGRAM === "cli/lua.js" ? "run" : (process.argv[2] ?? "");
takeDebuggerSignal(command);
keepListsYoung(require);
let keepsAllCode = false;
const folder = codeFolder();
const scripts = new Scripts({
  folder: join(__dirname, "../scripts"),
  place: {
    get url() {
      return pathToFileURL(__filename).href;
    },
  },
  build: BUILD,
  require,
  importPackage: (source) => import(source) as Promise<unknown>,
  // A program and its command are one part, and one file: each start needs both.
  partOf: (name) => (name.startsWith("cli/commands/") ? PROGRAM : name),
  ...(folder !== undefined && {
    readCode: (part) => readCacheFile(fileOf(folder, part), part),
    onNewCode: keepAllCode,
  }),
});
if (folder !== undefined) {
  process.on("exit", (exitCode) => {
    // What fails early has run too little to be a model.
    if (exitCode !== 0) return;
    if (keepsAllCode) setEngineFlag("--flush-bytecode", require);
    for (const [part, code] of scripts.newCode()) writeCacheFile(fileOf(folder, part), part, code);
  });
}
scripts.loadPart(PROGRAM);

/**
 * V8 forgets the code of functions that were not called for a while. A first run that takes long would leave nothing behind of what
 * only starting needs: each later start took 17 ms more. The flag is part of what V8's code is for, so it is taken back before that is made.
 */
function keepAllCode(): void {
  if (keepsAllCode) return;
  keepsAllCode = true;
  setEngineFlag("--no-flush-bytecode", require);
}

/** "cli/commands/run.js" -> "cli-commands-run" */
function fileOf(folder: string, part: string): string {
  return join(folder, part.replace(/\.js$/, "").replaceAll("/", "-"));
}

/** Where there is code for this build and this Node; `undefined` where none is to be kept. */
function codeFolder(): string | undefined {
  // Words that are no command at all.
  if (!/^[a-z]+$/.test(command)) return undefined;
  const cache = cacheFolder(process.env);
  if (cache === undefined) return undefined;
  return join(cache, CODE_FOLDER, `${BUILD}-${engineId()}`, command);
}
