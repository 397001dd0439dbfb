/**
 * The folder of a server's socket. Its permissions are all that guards the database, so it has to be
 * the server's user's alone, and so does the folder around it.
 */
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { systemErrorCode, UserError } from "../errors.ts";
import type { DataFolder } from "./dataFolder.ts";
import { giveTo, type ServerUser } from "./serverUser.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * Makes the folder if there is none. The same data always has the same folder, so that connections
 * find the server again after it was started anew; other data in the same place has another one, as
 * the old server may live on for a minute and then removes its socket.
 */
export function socketFolder({ path, user }: DataFolder, surroundings: Surroundings): string {
  const owner = user?.uid ?? surroundings.uid ?? 0;
  const parent = join(surroundings.socketParent, `spacer-${String(owner)}`);
  makePrivate(parent, user, owner);
  const folder = join(parent, shortHash(path + systemIdentifier(path)));
  makePrivate(folder, user, owner);
  return folder;
}

/** A name for a path where there is little room. */
export function shortHash(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 16);
}

/** What `initdb` drew for these data. */
function systemIdentifier(dataPath: string): string {
  return readFileSync(join(dataPath, "global/pg_control")).toString("hex", 0, 8);
}

function makePrivate(folder: string, user: ServerUser, owner: number): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (thrown) {
    if (systemErrorCode(thrown) !== "EEXIST") throw thrown;
  }
  const stats = lstatSync(folder);
  const isOurs = stats.isDirectory() && (stats.mode & 0o077) === 0;
  // Made by root, perhaps by another command just now.
  if (isOurs && stats.uid === 0) giveTo(user, folder);
  else if (!isOurs || stats.uid !== owner) {
    throw new UserError(
      `${folder} is not for user ${String(owner)} alone; PostgreSQL's socket can't be in there`,
      "remove it, and find out who made it",
    );
  }
}
