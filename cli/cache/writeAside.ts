/** Writes large files of the cache by other threads. By itself, as starting has no use for Node's module that does it. */
import { rename } from "node:fs/promises";
import { dirname } from "node:path";
import { writePieces } from "../pieces.ts";
import { encode, FILE_MODE, removeFile, unfinished } from "./cacheFile.ts";
import { ensureFolder } from "./cacheFolder.ts";

/** As `writeCacheFile`. */
export async function writeCacheFileAside(
  path: string,
  key: string,
  parts: ReadonlyMap<string, Buffer>,
): Promise<boolean> {
  if (!ensureFolder(dirname(path))) return false;
  const made = unfinished(path);
  try {
    await writePieces(made, encode(key, parts), { flag: "wx", mode: FILE_MODE });
    await rename(made, path);
    return true;
  } catch {
    removeFile(made);
    return false;
  }
}
