/** Who listens on a port: Linux tells by its folder /proc, of processes of the same user, and root of all. */
import { readdirSync, readlinkSync, realpathSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { isAtOrAbove } from "../isAtOrAbove.ts";
import { printable } from "../printable.ts";
import { nearestProject } from "../projectRoot.ts";
import { readProc, type Machine } from "./machine.ts";

export interface PortOwner {
  readonly pid: number;
  /** Its command line, as far as it fits. */
  readonly command: string;
  readonly words: readonly string[];
  /** The folder it works in. */
  readonly cwd: string | undefined;
}

const LISTENING = "0A";
const MAX_COMMAND_LENGTH = 100;

/** @returns `undefined` where that can't be found out. */
export function findPortOwner(port: number, machine: Machine): PortOwner | undefined {
  const sockets = new Set(
    ["self/net/tcp", "self/net/tcp6"].flatMap((path) =>
      listeningSockets(readProc(machine, path) ?? "", port),
    ),
  );
  if (sockets.size === 0) return undefined;
  const { procFolder } = machine;
  const pid = list(procFolder).find(
    (name) =>
      /^\d+$/.test(name) &&
      list(join(procFolder, name, "fd")).some((descriptor) =>
        sockets.has(linkOf(join(procFolder, name, "fd", descriptor)) ?? ""),
      ),
  );
  if (pid === undefined) return undefined;
  const words = (readProc(machine, `${pid}/cmdline`) ?? "")
    .split("\0")
    .filter((word) => word !== "");
  const command = printable(words.join(" "));
  return {
    pid: Number(pid),
    command:
      command.length > MAX_COMMAND_LENGTH ? `${command.slice(0, MAX_COMMAND_LENGTH)}...` : command,
    words,
    cwd: linkOf(join(procFolder, pid, "cwd")),
  };
}

/** "socket:[1234]" of each line for the port. @param table As in /proc/net/tcp. */
function listeningSockets(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").flatMap((line) => {
    const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
    return local.endsWith(suffix) && state === LISTENING ? [`socket:[${inode}]`] : [];
  });
}

/** Whether a process is `spacer dev` or `spacer start` for a project, or serves what `spacer build` made of it. */
export function isServerOf({ words, cwd }: PortOwner, root: string): boolean {
  if (cwd === undefined) return false;
  const place = words.findIndex((word) => PROGRAM.test(word) || basename(word) === "server.mjs");
  const program = words[place];
  if (program === undefined) return false;
  const project = realpathSync(root);
  if (!PROGRAM.test(program)) return isAtOrAbove(project, resolve(cwd, program));
  const [command = "", operand] = words.slice(place + 1).filter((word) => !word.startsWith("-"));
  if (!SERVERS.includes(command)) return false;
  const named = operand === undefined ? undefined : resolve(cwd, operand);
  return [named, nearestProject(cwd)].includes(project);
}

/** As the package names it, as the sources do, and as tests build it. */
const PROGRAM = /(?:^|\/)(?:spacer|index\.[cm]?[jt]s)$/;
const SERVERS = ["dev", "start"];

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Of another user, or gone by now.
    return [];
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
