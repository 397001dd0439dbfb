/**
 * The files of a project that make up the running program, as they are on the disk. Each read is noted, so that
 * files that changed since can be found without reading them.
 */
import { createHash } from "node:crypto";
import { readFileSync, type BigIntStats } from "node:fs";
import { join, sep } from "node:path";
import { ENV_FILE } from "../envFile.ts";
import { isOurs, listFiles, statsOf, WATCHED_FOLDERS } from "../projectFolders.ts";

/** Of larger ones only size and time count. */
const MAX_HASHED_BYTES = 1024 * 1024;

/** So many files are looked at in a row while others wait. */
const FILES_A_TURN = 64;

export class WatchedFiles {
  /** Absolute path. */
  private readonly root: string;
  /** Of each file that was there when it was read last. */
  private readonly signatures = new Map<string, string>();
  /** The numbers that the system gave the folders, when they were looked at last. */
  private folders: ReadonlyMap<string, bigint> = new Map();

  constructor(root: string) {
    this.root = root;
  }

  /**
   * What a file holds, in bytes, if it is one of Lua, of settings or of variables; of others something that differs when that
   * does. `undefined` when there is no file, or none that can be read.
   *
   * @param path From the root.
   */
  read(path: string): string | undefined {
    const whole = join(this.root, path);
    const stats = statsOf(whole);
    if (stats?.isFile() !== true) {
      this.signatures.delete(path);
      return undefined;
    }
    // Before it is read: a later change then differs from it.
    this.signatures.set(path, signatureOf(stats));
    try {
      if (isText(path)) return readFileSync(whole, "latin1");
      if (stats.size > MAX_HASHED_BYTES) return signatureOf(stats);
      return createHash("sha1").update(readFileSync(whole)).digest("base64");
    } catch {
      // Gone meanwhile, or not to be read: either way there is no content.
      return undefined;
    }
  }

  /** Reads all that are there: what they hold, by path from the root. */
  readAll(): Map<string, string> {
    const contents = new Map<string, string>();
    for (const path of this.list().files) {
      const content = this.read(path);
      if (content !== undefined) contents.set(path, content);
    }
    return contents;
  }

  /**
   * Calls back for files that are not as they were when they were read last.
   *
   * @returns Whether some folder was replaced by another one, which nobody may be watching.
   */
  async findChanged(onChanged: (path: string) => void, signal: AbortSignal): Promise<boolean> {
    const { files, isFolderReplaced } = this.list();
    let count = 0;
    for (const path of files) {
      if (this.hasChanged(path)) onChanged(path);
      if (++count % FILES_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
      if (signal.aborted) return false;
    }
    for (const path of [...this.signatures.keys()]) if (!files.has(path)) onChanged(path);
    return isFolderReplaced;
  }

  private hasChanged(path: string): boolean {
    const stats = statsOf(join(this.root, path));
    return stats !== undefined && signatureOf(stats) !== this.signatures.get(path);
  }

  private list(): { files: Set<string>; isFolderReplaced: boolean } {
    const before = this.folders;
    const { files, folders } = listFiles(this.root, WATCHED_FOLDERS);
    this.folders = folders;
    if (statsOf(join(this.root, ENV_FILE))?.isFile() === true) files.add(ENV_FILE);
    const isFolderReplaced = [...folders].some(
      ([path, number]) => (before.get(path) ?? number) !== number,
    );
    return { files, isFolderReplaced };
  }
}

/** Whether a path from the root is that of a file we look after, or a folder with such files; "" is the root. */
export function isWatched(path: string): boolean {
  const [folder = "", ...rest] = path.split(sep);
  if (path === "" || path === ENV_FILE) return true;
  return WATCHED_FOLDERS.includes(folder) && rest.every(isOurs);
}

function isText(path: string): boolean {
  return path === ENV_FILE || /\.(?:lua|yml)$/.test(path);
}

function signatureOf({ mtimeNs, ctimeNs, size, ino }: BigIntStats): string {
  return [mtimeNs, ctimeNs, size, ino].join(" ");
}
