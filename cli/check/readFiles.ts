/** Reads the files that are to be checked. */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync, type Stats } from "node:fs";
import { join } from "node:path";
import { systemErrorCode, systemErrorText, UserError } from "../errors.ts";
import { isAtOrAbove } from "../isAtOrAbove.ts";
import { CONFIG_FILE } from "../projectRoot.ts";

/** Where a project has Lua files, from its root. */
const LUA_FOLDERS = ["app", "lib", "test"];

/**
 * The files of a project that count for the checks, as bytes, by path from its root.
 *
 * @throws UserError "can't read app/hello.lua: permission denied"
 */
export function readProjectFiles(root: string): ReadonlyMap<string, string> {
  const paths = LUA_FOLDERS.flatMap((folder) => luaFilesBelow(root, folder, [realPath(root)]));
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

/**
 * In order, hidden ones left out; links are followed, as `require` follows them.
 *
 * @param above The folders it is in, as which none of those in it may come again.
 */
function luaFilesBelow(root: string, folder: string, above: readonly string[]): string[] {
  const here = realPath(join(root, folder));
  if (above.some((each) => isAtOrAbove(here, each))) return [];
  return namesIn(root, folder).flatMap((name) => {
    if (name.startsWith(".")) return [];
    const path = `${folder}/${name}`;
    const found = statsOf(join(root, path));
    if (found?.isDirectory() === true) return luaFilesBelow(root, path, [...above, here]);
    return found?.isFile() === true && name.endsWith(".lua") ? [path] : [];
  });
}

/** `undefined` for what is not there, such as the end of a link that leads nowhere. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (systemErrorCode(error) !== undefined) return undefined;
    throw error;
  }
}

function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

function namesIn(root: string, folder: string): string[] {
  try {
    return readdirSync(join(root, folder)).sort();
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return [];
    throw new UserError(`can't read the folder ${folder}: ${systemErrorText(error)}`);
  }
}
