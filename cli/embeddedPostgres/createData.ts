/** Making an empty database system: aside, then put in place at once. */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { systemErrorCode } from "../errors.ts";
import type { Binaries } from "./binaries.ts";
import type { DataFolder } from "./dataFolder.ts";
import { runProgram } from "./programs.ts";
import { giveTo } from "./serverUser.ts";
import type { Surroundings } from "./surroundings.ts";

/** The database user that owns everything. */
export const SUPERUSER = "spacer";

/** Only under the lock of the project. */
export async function createData(
  { path, user }: DataFolder,
  { initdb }: Binaries,
  { hasSockets }: Surroundings,
): Promise<void> {
  const parent = dirname(path);
  if (mkdirSync(parent, { recursive: true }) !== undefined) giveTo(user, parent);
  const made = mkdtempSync(path + UNFINISHED);
  const password = `${made}.password`;
  try {
    giveTo(user, made);
    writeFileSync(password, randomBytes(24).toString("hex"), { mode: 0o600 });
    giveTo(user, password);
    const words = [
      ...["-D", made, `--username=${SUPERUSER}`, "--encoding=UTF8", "--locale=C"],
      "--no-instructions",
      // Who reaches the socket is let in: that is for the permissions of its folder to say, and
      // `peer` would keep out root, who starts the server as another user.
      ...(hasSockets
        ? ["--auth-local=trust", "--auth-host=reject"]
        : ["--auth=scram-sha-256", `--pwfile=${password}`]),
    ];
    await runProgram(initdb, words, { user, folder: made });
    if (!hasSockets) renameSync(password, join(made, PASSWORD_FILE));
    renameSync(made, path);
    synchronize(parent);
  } finally {
    rmSync(made, { recursive: true, force: true });
    rmSync(password, { force: true });
  }
}

const UNFINISHED = ".new-";

/** Removes what commands left that were killed in `createData`. Only under the lock of the project. */
export function removeUnfinished({ path }: DataFolder): void {
  const prefix = basename(path) + UNFINISHED;
  for (const name of readdirSync(dirname(path)).filter((entry) => entry.startsWith(prefix))) {
    try {
      rmSync(join(dirname(path), name), { recursive: true, force: true });
    } catch (thrown) {
      // Their `initdb` still writes there; the next start gets it.
      if (systemErrorCode(thrown) !== "ENOTEMPTY") throw thrown;
    }
  }
}

const PASSWORD_FILE = "spacer.password";

/** The superuser's, where there are no sockets. */
export function readPassword({ path }: DataFolder): string {
  return readFileSync(join(path, PASSWORD_FILE), "utf8");
}

/** The rename has to be on the disk before anything in the folder counts. */
function synchronize(folder: string): void {
  if (process.platform === "win32") return; // Folders can't be opened there.
  const descriptor = openSync(folder, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
}
