/** Finding the project that a command is about. */
import { existsSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "./errors.ts";

/** From the root of a project. */
export const CONFIG_FILE = "config/application.yml";
export const GATEWAY_FILE = "app/gateway.lua";

/**
 * The absolute path of a project's root: the folder that was named, else the current one or the
 * nearest above it that is a project.
 *
 * @throws UserError "... is no spacer project"
 */
export function findProjectRoot(dir: string | undefined, cwd: string): string {
  if (dir !== undefined) {
    const root = resolve(cwd, dir);
    if (isProject(root)) return root;
    if (!isFolder(root)) throw new UserError(`there is no folder ${dir}`, MAKE_ONE);
    throw new UserError(`${dir} is no spacer project: it has no ${GATEWAY_FILE}`, MAKE_ONE);
  }
  const root = nearestProject(cwd);
  if (root !== undefined) return root;
  throw new UserError(`this is no spacer project: there is no ${GATEWAY_FILE}`, MAKE_ONE);
}

/** The root of the project that a folder is, or is in. @param start Absolute path. */
export function nearestProject(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    if (isProject(folder)) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

const MAKE_ONE = "'spacer init DIR' makes a project";

function isProject(folder: string): boolean {
  return existsSync(join(folder, GATEWAY_FILE)) || existsSync(join(folder, CONFIG_FILE));
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** A name for the project in a folder: the folder's, without `_`. */
export function defaultAppName(root: string): string {
  const name = basename(root)
    .replaceAll(/[^A-Za-z0-9.-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return name === "" ? "app" : name;
}
