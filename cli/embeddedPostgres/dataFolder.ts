/**
 * Where a project's data lies: in `.spacer/postgres`, or where a symbolic link of this name points.
 * Such a link is made when the server has to run as another user, who can't reach the project.
 *
 * The folder appears all at once, with a complete database system in it.
 */
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { systemErrorCode, systemErrorText, UserError } from "../errors.ts";
import type { Binaries } from "./binaries.ts";
import { canReach, chooseServerUser, giveTo, type ServerUser } from "./serverUser.ts";
import type { Surroundings } from "./surroundings.ts";

export interface DataFolder {
  /** The real path; need not exist yet. */
  readonly path: string;
  readonly user: ServerUser;
  /** The project's `.spacer`. */
  readonly spacerFolder: string;
}

/** Makes the folder around the data if there is none. */
export function locateData(root: string, surroundings: Surroundings): DataFolder {
  const spacerFolder = join(realpathSync(root), ".spacer");
  const place = join(spacerFolder, "postgres");
  const pointed = readPointer(place);
  const user = chooseServerUser(surroundings, [pointed ?? place, root]);
  if (mkdirSync(spacerFolder, { recursive: true }) !== undefined) giveToOwner(spacerFolder, root);
  if (pointed !== undefined) return { path: pointed, user, spacerFolder };
  if (existsSync(place) || canReach(spacerFolder, user)) return { path: place, user, spacerFolder };
  return { path: makePointer(place, user, surroundings), user, spacerFolder };
}

/** The major version of PostgreSQL that the data is of; `undefined` if there is none yet. */
export function readMajorVersion({ path }: DataFolder): number | undefined {
  try {
    return Number.parseInt(readFileSync(join(path, "PG_VERSION"), "latin1"));
  } catch (thrown) {
    const code = systemErrorCode(thrown);
    if (code === "ENOENT" && (!existsSync(path) || readdirSync(path).length === 0))
      return undefined;
    throw new UserError(
      `can't use the data of PostgreSQL in ${path}: ${systemErrorText(thrown)}`,
      code === "EACCES"
        ? "run spacer as the user who made it, or delete the folder to begin anew"
        : "delete the folder to begin anew",
    );
  }
}

/** @throws UserError when the data is of another major version of PostgreSQL */
export function refuseOtherVersion(data: DataFolder, { major }: Binaries): void {
  const found = readMajorVersion(data);
  if (found === undefined || found === major) return;
  throw new UserError(
    `the data in ${data.path} is of PostgreSQL ${String(found)}, ` +
      `and spacer comes with PostgreSQL ${String(major)}`,
    `save it with pg_dump and the spacer it is from, or delete the folder to begin anew`,
  );
}

/** Where the link leads, whether or not anything is there; `undefined` if there is no link. */
function readPointer(place: string): string | undefined {
  if (lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return undefined;
  return resolve(dirname(place), readlinkSync(place));
}

/**
 * The folder gets a new name each time: a project that was moved keeps its data, and a new one in
 * its old place must not find them.
 */
function makePointer(place: string, user: ServerUser, { sharedFolder }: Surroundings): string {
  mkdirSync(sharedFolder, { recursive: true });
  const folder = mkdtempSync(join(sharedFolder, `${basename(dirname(dirname(place)))}-`));
  giveTo(user, folder);
  const path = join(folder, "data");
  try {
    symlinkSync(path, place);
    return path;
  } catch (thrown) {
    rmdirSync(folder);
    // Another process was faster.
    const pointed = readPointer(place);
    if (pointed === undefined) throw thrown;
    return pointed;
  }
}

/** So that who owns the project can use spacer without root later. */
function giveToOwner(folder: string, root: string): void {
  const { uid, gid } = statSync(root);
  if (process.getuid?.() === 0) chownSync(folder, uid, gid);
}
