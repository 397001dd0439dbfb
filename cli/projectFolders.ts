/** The folders of a project, and which files in them count: for `spacer dev`, `spacer check` and what they tell. */
import {
  existsSync,
  readdirSync,
  realpathSync,
  statSync,
  type BigIntStats,
  type Dirent,
} from "node:fs";
import { join } from "node:path";
import { systemErrorCode } from "./errors.ts";
import { isAtOrAbove } from "./isAtOrAbove.ts";

/** What functions are made of: where `require` looks (projectProgram.ts). */
export const SOURCE_FOLDERS: readonly string[] = ["app", "lib"];

/** Where a project has Lua files. */
export const LUA_FOLDERS: readonly string[] = [...SOURCE_FOLDERS, "test"];

/** What makes up a running project. */
export const WATCHED_FOLDERS: readonly string[] = [...LUA_FOLDERS, "config"];

/** Whether functions are made of a file. @param path From the root, with `/`. */
export function isSource(path: string): boolean {
  return SOURCE_FOLDERS.some((folder) => path.startsWith(`${folder}/`)) && path.endsWith(".lua");
}

/** Editors keep files of their own beside ours: .hello.lua.swp, hello.lua~, .git. */
export function isOurs(name: string): boolean {
  return !name.startsWith(".") && !name.endsWith("~");
}

export interface FoundFiles {
  /** Paths from the root. */
  readonly files: Set<string>;
  /** With the number that the system gives each. */
  readonly folders: Map<string, bigint>;
}

/**
 * The files in some folders. Links are followed, as `require` follows them, but not round in circles.
 *
 * @param root Absolute path; need not exist.
 * @param onUnreadable Told of a folder that is there and can't be read.
 */
export function listFiles(
  root: string,
  folders: readonly string[],
  onUnreadable?: (folder: string, error: unknown) => void,
): FoundFiles {
  const found: FoundFiles = { files: new Set(), folders: new Map() };
  const visit = (folder: string, above: readonly string[]): void => {
    let real: string;
    let entries: Dirent[];
    try {
      real = realpathSync(join(root, folder));
      if (above.some((each) => isAtOrAbove(real, each))) return;
      found.folders.set(folder, statSync(real, { bigint: true }).ino);
      entries = readdirSync(real, { withFileTypes: true });
    } catch (error) {
      if (systemErrorCode(error) !== "ENOENT") onUnreadable?.(folder, error);
      return;
    }
    for (const entry of entries) {
      if (!isOurs(entry.name)) continue;
      const path = join(folder, entry.name);
      const target = entry.isSymbolicLink() ? statsOf(join(root, path)) : entry;
      if (target?.isDirectory() === true) visit(path, [...above, real]);
      else if (target?.isFile() === true) found.files.add(path);
    }
  };
  const realRoot = existsSync(root) ? realpathSync(root) : root;
  for (const folder of folders) visit(folder, [realRoot]);
  return found;
}

/** @returns `undefined` for what is not there, such as the end of a link that leads nowhere, or can't be reached. */
export function statsOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}
