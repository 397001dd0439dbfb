/**
 * Whom the server runs as. PostgreSQL refuses to run as root, so root hands it to somebody else, who
 * must be able to reach the data and the programs.
 */
import { chownSync, readFileSync, statSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { systemErrorCode } from "../errors.ts";
import type { Surroundings } from "./surroundings.ts";

/** As Node's `spawn` takes it. */
export interface OtherUser {
  readonly uid: number;
  readonly gid: number;
}

/** `undefined`: as this process. */
export type ServerUser = OtherUser | undefined;

/** @param places The server runs as who owns the first of these that exists, unless that is root. */
export function chooseServerUser(
  surroundings: Surroundings,
  places: readonly string[],
): ServerUser {
  if (surroundings.uid !== 0) return undefined;
  const owner = places.map(statIfAny).find((stats) => stats !== undefined);
  return owner === undefined || owner.uid === 0 ? nobody() : { uid: owner.uid, gid: owner.gid };
}

/** Gives a new file or folder to the server's user. */
export function giveTo(user: ServerUser, path: string): void {
  if (user !== undefined) chownSync(path, user.uid, user.gid);
}

/** Whether a user may read a file, or enter a folder, as far as permission bits say. */
export function canReach(path: string, user: ServerUser): boolean {
  if (user === undefined) return true;
  const stats = statSync(path);
  if (!isAllowed(stats, user, stats.isDirectory() ? ENTER : READ)) return false;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (!isAllowed(statSync(folder), user, ENTER)) return false;
    if (folder === dirname(folder)) return true;
  }
}

const READ = 4;
const ENTER = 1;

function isAllowed(stats: Stats, user: OtherUser, permission: number): boolean {
  const shift = stats.uid === user.uid ? 6 : stats.gid === user.gid ? 3 : 0;
  return ((stats.mode >> shift) & permission) !== 0;
}

/** The user without rights, by name: its number differs between systems. */
function nobody(): OtherUser {
  const [, uid = "65534", gid = "65534"] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(passwords()) ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

function passwords(): string {
  try {
    return readFileSync("/etc/passwd", "utf8");
  } catch (thrown) {
    if (systemErrorCode(thrown) !== "ENOENT") throw thrown;
    return "";
  }
}

function statIfAny(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
