/**
 * `server.mjs`: starts the server that is in `server.cjs` beside it, with V8's code of it from a cache. The first start leaves that
 * behind, soon after the server began: in `.cache` beside the program, which may be made when an image is built (`--prepare`), or
 * where that can't be written in the user's folder for caches. All goes on without.
 *
 * This file is compiled anew at each start, so it is small.
 */
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { CODE_FOLDER, cacheFolder } from "../cache/cacheFolder.ts";
import { readCacheFile, writeCacheFile } from "../cache/cacheFile.ts";
import { engineId } from "../cache/engine.ts";

/** Put in by the build: a hash of `server.cjs`. */
declare const BUNDLE_ID: string;

/** The value of the script. */
type Server = (require: NodeJS.Require, module: object, exports: object, program: string) => void;

/** By then it has answered whatever waited for it to begin, so that code of its first requests is in the cache. */
const KEEP_AFTER_MS = 3000;

const program = fileURLToPath(import.meta.url);
const filename = join(dirname(program), "server.cjs");
const isPrepared = process.argv[2] === "--prepare";
const key = `${BUNDLE_ID}-${engineId()}`;
const files = cacheFiles();
const owner = ownerOf(filename);
const cachedData = isPrepared ? undefined : readCode();
const script = new Script(readFileSync(filename, "utf8"), {
  filename,
  ...(cachedData && { cachedData }),
});
if (script.cachedDataRejected !== false && files.length > 0) {
  if (isPrepared) process.on("exit", keepCode);
  else setTimeout(keepCode, KEEP_AFTER_MS).unref();
}
(script.runInThisContext() as Server)(createRequire(import.meta.url), {}, {}, program);

/** Where V8's code may be, the best place first. */
function cacheFiles(): string[] {
  if (process.env["SPACER_CACHE"] === "off") return [];
  const users = cacheFolder(process.env);
  const name = engineId();
  return [
    join(dirname(program), ".cache", name),
    ...(users === undefined ? [] : [join(users, CODE_FOLDER, BUNDLE_ID, name)]),
  ];
}

function readCode(): Buffer | undefined {
  for (const file of files) {
    const code = readCacheFile(file, key, owner)?.get("server");
    if (code !== undefined) return code;
  }
  return undefined;
}

function keepCode(): void {
  const code = new Map([["server", script.createCachedData()]]);
  files.some((file) => writeCacheFile(file, key, code));
}

/** Whoever may change the program may change its code, too. */
function ownerOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.uid;
}
