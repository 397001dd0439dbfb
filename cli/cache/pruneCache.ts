/** Keeps the cache at a size: what was not used for long goes, then the oldest. */
import {
  existsSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { BUILD_FOLDER, CODE_FOLDER, isTrusted, LUA_FOLDER } from "./cacheFolder.ts";
import { removeFile } from "./cacheFile.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long a file stays that nobody uses; its time is that of its last use, to the day. */
const MAX_AGE_MS = 30 * DAY_MS;

export const MAX_CACHE_BYTES = 256 * 1024 * 1024;

const OWN_FOLDERS = [CODE_FOLDER, LUA_FOLDER, BUILD_FOLDER];

/** Its time says when the cache was last pruned. */
const STAMP = "pruned";

export interface CachedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly usedMs: number;
}

/** Once a day. @param folder That of the cache. */
export function pruneCache(folder: string | undefined, nowMs = Date.now()): void {
  if (folder === undefined || !isTrusted(folder) || !isDue(join(folder, STAMP), nowMs)) return;
  const files = [...cachedFiles(folder)].sort((a, b) => b.usedMs - a.usedMs);
  let total = 0;
  for (const { path, sizeBytes, usedMs } of files) {
    total += sizeBytes;
    if (total > MAX_CACHE_BYTES || nowMs - usedMs > MAX_AGE_MS) removeFile(path);
  }
  for (const name of OWN_FOLDERS) removeEmptyFolders(join(folder, name));
}

/** Removes all that is in the cache. @returns Whether that was allowed. */
export function clearCache(folder: string): boolean {
  if (!existsSync(folder)) return true;
  if (!isTrusted(folder)) return false;
  // Only what spacer writes there: the folder may be one that the user named, with other files in it.
  for (const name of OWN_FOLDERS) rmSync(join(folder, name), { recursive: true, force: true });
  removeFile(join(folder, STAMP));
  return true;
}

/** All files of the cache; none where it does not exist. */
export function* cachedFiles(folder: string): Generator<CachedFile> {
  for (const name of OWN_FOLDERS) yield* filesBelow(join(folder, name));
}

function* filesBelow(folder: string): Generator<CachedFile> {
  for (const entry of list(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    if (!entry.isFile()) continue;
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined) yield { path, sizeBytes: stats.size, usedMs: stats.mtimeMs };
  }
}

/** Removes folders that have become empty, below one that stays. */
function removeEmptyFolders(folder: string): void {
  for (const entry of list(folder)) {
    if (!entry.isDirectory()) continue;
    const path = join(folder, entry.name);
    removeEmptyFolders(path);
    try {
      rmdirSync(path);
    } catch {
      // Something is in it.
    }
  }
}

function list(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Whether the last time is a day ago; then it is now. */
function isDue(stamp: string, nowMs: number): boolean {
  const last = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs;
  if (last !== undefined && nowMs - last < DAY_MS) return false;
  try {
    writeFileSync(stamp, "");
    utimesSync(stamp, nowMs / 1000, nowMs / 1000);
    return last !== undefined;
  } catch {
    return false;
  }
}
