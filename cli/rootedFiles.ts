/** Files whose relative paths are those of one folder, wherever the process is. */
import { posix } from "node:path";
import type { HostFiles } from "../runtime/host.ts";

/**
 * @param root Absolute path, in bytes.
 * @param replacements Contents that are read in place of those of files, by path from the root.
 */
export function rootedFiles(
  files: HostFiles,
  root: string,
  replacements: ReadonlyMap<string, string> = new Map(),
): HostFiles {
  const inRoot = (path: string) => (posix.isAbsolute(path) ? path : posix.join(root, path));
  return {
    ...files,
    read: (path) => replacements.get(path) ?? files.read(inRoot(path)),
    exists: (path) => replacements.has(path) || files.exists(inRoot(path)),
    open: (path, mode) => files.open(inRoot(path), mode),
    remove: (path) => files.remove(inRoot(path)),
    rename: (from, to) => files.rename(inRoot(from), inRoot(to)),
  };
}
