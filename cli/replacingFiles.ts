/** Files of which some are read from elsewhere. */
import type { HostFiles } from "../runtime/host.ts";

/** @param replacements Contents by path, as the program spells it; all in bytes. */
export function replacingFiles(
  files: HostFiles,
  replacements: ReadonlyMap<string, string>,
): HostFiles {
  return {
    ...files,
    read: (path) => replacements.get(path) ?? files.read(path),
    exists: (path) => replacements.has(path) || files.exists(path),
  };
}
