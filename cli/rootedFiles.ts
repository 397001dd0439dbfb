/** Files whose relative paths are those of one folder, wherever the process is. */
import { posix } from "node:path";
import type { HostFiles } from "../runtime/host.ts";

/** @param root Absolute path, in bytes. */
export function rootedFiles(files: HostFiles, root: string): HostFiles {
  const inRoot = (path: string) => {
    // C takes a path up to its first zero byte. The empty one is no file: above all, it is not the root.
    const [name = ""] = path.split("\0", 1);
    return name === "" || posix.isAbsolute(name) ? name : posix.join(root, name);
  };
  return {
    ...files,
    read: (path) => files.read(inRoot(path)),
    exists: (path) => files.exists(inRoot(path)),
    open: (path, mode) => files.open(inRoot(path), mode),
    remove: (path) => files.remove(inRoot(path)),
    rename: (from, to) => files.rename(inRoot(from), inRoot(to)),
  };
}
