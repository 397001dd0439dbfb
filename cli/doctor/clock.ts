/**
 * The clock of this machine. Events and logs carry its time, and certificates are good for a while only.
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { listFiles, WATCHED_FOLDERS } from "../projectFolders.ts";
import {
  ok,
  problem,
  warning,
  type Check,
  type Finding,
  type Patient,
  type ProjectPatient,
} from "./check.ts";

/** When this was written. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);

/** Clocks of machines that share a file system or a database differ by less. */
const TOLERANCE_MS = 5000;

const SET_IT = "let the system set it: 'timedatectl set-ntp true', or what yours has for that";

export const clockCheck: Check<Patient & Partial<ProjectPatient>> = {
  name: "clock",
  run: ({ machine, root }) => {
    const nowMs = machine.nowMs();
    const shown = `${new Date(nowMs).toISOString()} (${Intl.DateTimeFormat().resolvedOptions().timeZone})`;
    if (nowMs < EARLIEST_MS) return [problem(`it is not ${shown}`, SET_IT)];
    const newer = root === undefined ? undefined : findFromFuture(root, nowMs);
    if (newer === undefined) return [ok(shown)];
    return [warning(`${newer} was saved after now, which is ${shown}`, SET_IT)];
  },
};

function findFromFuture(root: string, nowMs: number): string | undefined {
  return [...listFiles(root, WATCHED_FOLDERS).files].find((path) => {
    const stats = statSync(join(root, path), { throwIfNoEntry: false });
    return stats !== undefined && stats.mtimeMs > nowMs + TOLERANCE_MS;
  });
}

/** What to say of a clock elsewhere. @param differenceMs By how much it is ahead of ours. */
export function compareClocks(differenceMs: number): Finding[] {
  if (Math.abs(differenceMs) <= TOLERANCE_MS) return [];
  const seconds = Math.round(Math.abs(differenceMs) / 1000);
  const how = differenceMs > 0 ? "ahead of" : "behind";
  return [warning(`the clock of its machine is ${String(seconds)} s ${how} the one here`, SET_IT)];
}
