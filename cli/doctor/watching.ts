/**
 * How `spacer dev` learns that files were saved. Linux limits what may be watched, for all programs of a user together;
 * some file systems tell nothing.
 */
import { statfsSync, watch } from "node:fs";
import { systemErrorCode } from "../errors.ts";
import { listFiles, WATCHED_FOLDERS } from "../projectFolders.ts";
import { ok, problem, warning, type Check, type Finding, type ProjectPatient } from "./check.ts";
import { readProc } from "./machine.ts";

/** Of which nothing is heard when somebody else changes a file. By the numbers that Linux gives them. */
const SILENT_FILE_SYSTEMS: Readonly<Partial<Record<number, string>>> = {
  0x6969: "NFS",
  0x01021997: "9P",
  0x517b: "SMB",
  0xff534d42: "CIFS",
  0xfe534d42: "SMB",
  0x786f4256: "shared folders of VirtualBox",
};

/** An editor watches as well. */
const SHARE = 2;

export const watchingCheck: Check<ProjectPatient> = {
  name: "watching",
  run: (patient) => {
    const { root, machine, environment } = patient;
    // Only `spacer dev` watches.
    if (environment === "production") return [];
    const { files, folders } = listFiles(root, WATCHED_FOLDERS);
    const count = files.size + folders.size;
    const failed = findFailure(root);
    if (failed !== undefined) return [failed];
    const fileSystem =
      machine.platform === "linux" ? SILENT_FILE_SYSTEMS[statfsSync(root).type] : undefined;
    if (fileSystem !== undefined) {
      return [
        warning(
          `the project is on a file system (${fileSystem}) that tells nothing of what others change: 'spacer dev' looks for itself every 2 seconds`,
          "keep the project on a disk of this machine",
        ),
      ];
    }
    const limit = Number(readProc(machine, "sys/fs/inotify/max_user_watches") ?? Infinity);
    const shown = `${String(count)} files and folders`;
    if (limit < count * SHARE) {
      return [
        warning(
          `the system lets all programs of a user watch ${String(limit)} files and folders, and the project has ${String(count)}`,
          RAISE_WATCHES,
        ),
      ];
    }
    return [ok(limit === Infinity ? shown : `${shown}, of ${String(limit)} that may be watched`)];
  },
};

const RAISE_WATCHES = "raise it: 'sudo sysctl fs.inotify.max_user_watches=524288'";

/** Asks the system to watch the project, as `spacer dev` does first. */
function findFailure(root: string): Finding | undefined {
  try {
    watch(root).close();
    return undefined;
  } catch (thrown) {
    switch (systemErrorCode(thrown)) {
      case "ENOSPC":
        return problem(
          "the system has no more files to watch: all programs together have used up their share",
          RAISE_WATCHES,
        );
      case "EMFILE":
        return problem(
          "too many programs watch files",
          "raise the limit: 'sudo sysctl fs.inotify.max_user_instances=512'",
        );
      default:
        throw thrown;
    }
  }
}
