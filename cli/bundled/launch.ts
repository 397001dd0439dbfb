/**
 * `server.mjs`: starts the server that is in `server.cjs` beside it, with V8's code of it from a cache. The first start leaves that
 * behind, soon after the server began: in `.cache` beside the program, which may be made when an image is built (`--prepare`), or
 * where that can't be written in the user's folder for caches. All goes on without.
 *
 * This file is compiled anew at each start, so it is small.
 */
import { chmodSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { CODE_FOLDER, cacheFolder } from "../cache/cacheFolder.ts";
import { readCacheFile, writeCacheFile } from "../cache/cacheFile.ts";
import { engineId } from "../cache/engine.ts";
import { keepListsYoung } from "../engineFlags.ts";

/** The value of the script. */
type Server = (require: NodeJS.Require, module: object, exports: object, program: string) => void;

/** Beside the program. */
export const CACHE_FOLDER = ".cache";

/** By then it has answered whatever waited for it to begin, so that code of its first requests is in the cache. */
const KEEP_AFTER_MS = 3000;

/**
 * @param url Of this file.
 * @param id Names the bundle: a hash of `server.cjs`.
 */
export function launch(url: string, id: string): void {
  const require = createRequire(url);
  keepListsYoung(require);
  const program = fileURLToPath(url);
  const filename = join(dirname(program), "server.cjs");
  const isPrepared = process.argv[2] === "--prepare";
  const key = `${id}-${engineId()}`;
  const files = cacheFiles(dirname(program), id);
  const cachedData = isPrepared ? undefined : readCode(files, key, ownerOf(filename));
  const script = new Script(readFileSync(filename, "utf8"), {
    filename,
    ...(cachedData && { cachedData }),
  });
  const keepCode = (): void => {
    const code = new Map([["server", script.createCachedData()]]);
    files.some((file) => writeCacheFile(file, key, code));
  };
  if (script.cachedDataRejected !== false && files.length > 0) {
    if (isPrepared) {
      process.on("exit", () => {
        keepCode();
        letOthersRead(files[0] ?? "");
      });
    } else setTimeout(keepCode, KEEP_AFTER_MS).unref();
  }
  (script.runInThisContext() as Server)(require, {}, {}, program);
}

/** The image may be made by another user than the one who serves. */
function letOthersRead(file: string): void {
  try {
    chmodSync(dirname(file), 0o755);
    chmodSync(file, 0o644);
  } catch {
    // It could not be written.
  }
}

/** Where V8's code may be, the best place first. */
function cacheFiles(folder: string, id: string): string[] {
  if (process.env["SPACER_CACHE"] === "off") return [];
  const users = cacheFolder(process.env);
  const name = engineId();
  return [
    join(folder, CACHE_FOLDER, name),
    ...(users === undefined ? [] : [join(users, CODE_FOLDER, id, name)]),
  ];
}

/** @param owner Of the program. */
function readCode(
  files: readonly string[],
  key: string,
  owner: number | undefined,
): Buffer | undefined {
  for (const file of files) {
    const code = readCacheFile(file, key, owner)?.get("server");
    if (code !== undefined) return code;
  }
  return undefined;
}

/** Whoever may change the program may change its code, too. */
function ownerOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.uid;
}
