/** The folders of a project that spacer reads, and those that it writes to. */
import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { GATEWAY_FILE } from "../projectRoot.ts";
import { SOURCE_FOLDERS } from "../projectFolders.ts";
import { sizeText } from "../sizeText.ts";
import { ok, problem, warning, type Check, type Finding, type ProjectPatient } from "./check.ts";

/** PostgreSQL stops when the disk is full. */
const LITTLE_BYTES = 256 * 1024 * 1024;

export const foldersCheck: Check<ProjectPatient> = {
  name: "folders",
  run: (patient) => {
    const findings = [...findUnreadable(patient), ...findUnwritable(patient), ...findFull(patient)];
    return findings.length > 0
      ? findings
      : [ok(`files are read from and written to ${patient.root}`)];
  },
};

function findUnreadable({ root, machine }: ProjectPatient): Finding[] {
  const unreadable = [...SOURCE_FOLDERS, GATEWAY_FILE].find(
    (path) => existsSync(join(root, path)) && !isAllowed(join(root, path), constants.R_OK),
  );
  if (unreadable !== undefined) {
    const message = `${unreadable} can't be read ${byUs(machine.surroundings.uid)}`;
    return [problem(message, ownHint(root, unreadable))];
  }
  if (existsSync(join(root, GATEWAY_FILE))) return [];
  return [
    warning(
      `there is no ${GATEWAY_FILE}: no function can be called over HTTP`,
      `write one that returns a list of routes: return { {"GET", "/hello", "hello"} }`,
    ),
  ];
}

function findUnwritable({ root, config, machine }: ProjectPatient): Finding[] {
  const { accessLog = "file" } = config.gateway;
  const written = [
    // The data of a PostgreSQL of its own, and what else is of this machine.
    { path: ".spacer", level: "problem" as const },
    ...(accessLog === "file" || accessLog === "both"
      ? [{ path: "logs", level: "warning" as const }]
      : []),
  ];
  return written.flatMap(({ path, level }) => {
    // A folder that is not there is made.
    const target = existsSync(join(root, path)) ? path : ".";
    if (isAllowed(join(root, target), constants.W_OK | constants.X_OK)) return [];
    const what =
      target === "." ? `${path} can't be made in the project` : `${path} can't be written to`;
    const message = `${what} ${byUs(machine.surroundings.uid)}`;
    return [{ level, message, hint: ownHint(root, target) }];
  });
}

function findFull({ root }: ProjectPatient): Finding[] {
  const { bavail, bsize } = statfsSync(root);
  const freeBytes = bavail * bsize;
  if (freeBytes >= LITTLE_BYTES) return [];
  return [
    warning(`the disk has ${sizeText(freeBytes)} left`, "PostgreSQL and logs need room to grow"),
  ];
}

function isAllowed(path: string, mode: number): boolean {
  const needed = statSync(path).isDirectory() ? mode | constants.X_OK : mode;
  try {
    accessSync(path, needed);
    return true;
  } catch {
    return false;
  }
}

function byUs(uid: number | undefined): string {
  return uid === undefined ? "by this user" : `by user ${String(uid)}`;
}

function ownHint(root: string, path: string): string {
  const { uid } = statSync(join(root, path));
  return `it belongs to user ${String(uid)}: run spacer as that user, or give it away with 'chown -R'`;
}
