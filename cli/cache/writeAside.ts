/** Writes large files of the cache by other threads. By itself, as starting has no use for Node's module that does it. */
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";
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
    const file = await open(made, "wx", FILE_MODE);
    try {
      for (const part of encode(key, parts)) await file.writeFile(part);
    } finally {
      await file.close();
    }
    await rename(made, path);
    return true;
  } catch {
    removeFile(made);
    return false;
  }
}
