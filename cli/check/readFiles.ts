/** Reads the files that are to be checked. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemErrorText, UserError } from "../errors.ts";
import { listFiles, LUA_FOLDERS, statsOf } from "../projectFolders.ts";
import { CONFIG_FILE } from "../projectRoot.ts";

/**
 * The files of a project that count for the checks, as bytes, by path from its root.
 *
 * @throws UserError "can't read app/hello.lua: permission denied"
 */
export function readProjectFiles(root: string): ReadonlyMap<string, string> {
  const found = listFiles(root, LUA_FOLDERS, (folder, error) => {
    throw new UserError(`can't read the folder ${folder}: ${systemErrorText(error)}`);
  });
  const paths = [...found.files].filter((path) => path.endsWith(".lua")).sort();
  const files = new Map(paths.map((path) => [path, readBytes(join(root, path), path)]));
  if (statsOf(join(root, CONFIG_FILE))?.isFile() === true) {
    files.set(CONFIG_FILE, readBytes(join(root, CONFIG_FILE), CONFIG_FILE));
  }
  return files;
}

/** @param shown How to name it. @throws UserError */
export function readBytes(path: string, shown: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    throw new UserError(`can't read ${shown}: ${systemErrorText(error)}`);
  }
}
