/**
 * The files of a project that make up the running program, as they are on the disk. Each read is noted, so that
 * files that changed since can be found without reading them.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, realpathSync, statSync, type BigIntStats } from "node:fs";
import { join, sep } from "node:path";

const WATCHED_FOLDERS: readonly string[] = ["app", "lib", "config", "test"];

/** Of larger ones only size and time count. */
const MAX_HASHED_BYTES = 1024 * 1024;

/** So many files are looked at in a row while others wait. */
const FILES_A_TURN = 64;

export class ProjectFiles {
  /** Absolute path. */
  private readonly root: string;
  /** Of each file that was there when it was read last. */
  private readonly signatures = new Map<string, string>();

  constructor(root: string) {
    this.root = root;
  }

  /**
   * What a file holds, in bytes, if it is one of Lua or of settings; of others something that differs when that
   * does. `undefined` when there is no file, or none that can be read.
   *
   * @param path From the root.
   */
  read(path: string): string | undefined {
    const whole = join(this.root, path);
    try {
      // Before it is read: a later change then differs from it.
      const stats = statSync(whole, { bigint: true });
      if (!stats.isFile()) throw new Error("a folder");
      this.signatures.set(path, signatureOf(stats));
      if (isText(path)) return readFileSync(whole, "latin1");
      if (stats.size > MAX_HASHED_BYTES) return signatureOf(stats);
      return createHash("sha1").update(readFileSync(whole)).digest("base64");
    } catch {
      this.signatures.delete(path);
      return undefined;
    }
  }

  /** Reads all that are there: what they hold, by path from the root. */
  readAll(): Map<string, string> {
    const contents = new Map<string, string>();
    for (const path of listFiles(this.root)) {
      const content = this.read(path);
      if (content !== undefined) contents.set(path, content);
    }
    return contents;
  }

  /** Calls back for files that are not as they were when they were read last. */
  async findChanged(onChanged: (path: string) => void, signal: AbortSignal): Promise<void> {
    const paths = new Set(listFiles(this.root));
    let count = 0;
    for (const path of paths) {
      // One after the other would take long; many at once would hold up requests.
      const stats = statSync(join(this.root, path), { bigint: true, throwIfNoEntry: false });
      if (stats !== undefined && signatureOf(stats) !== this.signatures.get(path)) onChanged(path);
      if (++count % FILES_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
      if (signal.aborted) return;
    }
    for (const path of [...this.signatures.keys()]) if (!paths.has(path)) onChanged(path);
  }
}

/** Whether a path from the root is that of a file we look after, or a folder with such files; "" is the root. */
export function isWatched(path: string): boolean {
  const [folder = "", ...rest] = path.split(sep);
  return path === "" || (WATCHED_FOLDERS.includes(folder) && rest.every(isOurs));
}

/** Editors keep their own files beside ours: .hello.lua.swp, hello.lua~, .git, 4913 of vim. */
function isOurs(name: string): boolean {
  return !name.startsWith(".") && !name.endsWith("~");
}

function isText(path: string): boolean {
  return /\.(?:lua|yml)$/.test(path);
}

function signatureOf({ mtimeNs, ctimeNs, size, ino }: BigIntStats): string {
  return [mtimeNs, ctimeNs, size, ino].join(" ");
}

/** Symbolic links are followed, but not round in circles. */
function listFiles(root: string): string[] {
  const files: string[] = [];
  const visit = (folder: string, above: readonly string[]): void => {
    let real: string;
    let entries;
    try {
      real = realpathSync(join(root, folder));
      entries = readdirSync(join(root, folder), { withFileTypes: true });
    } catch {
      // Gone meanwhile, or not readable.
      return;
    }
    if (above.includes(real)) return;
    for (const entry of entries) {
      if (!isOurs(entry.name)) continue;
      const path = join(folder, entry.name);
      const isLink = entry.isSymbolicLink();
      const target = isLink ? statSync(join(root, path), { throwIfNoEntry: false }) : entry;
      if (target?.isDirectory() === true) visit(path, [...above, real]);
      else if (target?.isFile() === true) files.push(path);
    }
  };
  for (const folder of WATCHED_FOLDERS) visit(folder, []);
  return files;
}
