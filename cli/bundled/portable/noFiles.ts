/** Files where there are none: those of the bundle's own Lua code can be read, all else is an error that says so. */
import type { HostFile, HostFileError, HostFiles } from "../../../runtime/host.ts";
import type { ModuleFiles } from "../../../runtime/index.ts";

/** Of Linux: ENOTSUP. */
const NOT_SUPPORTED = 95;

/** @param place Where there are none: "a Worker". */
export function createNoFiles(
  place: string,
  modules: ModuleFiles,
  standard: Pick<HostFiles, "stdout" | "stderr">,
): HostFiles {
  const none: HostFileError = { message: `there are no files in ${place}`, errno: NOT_SUPPORTED };
  return {
    read: (path) => (modules.exists(path) ? modules.read(path) : none),
    exists: (path) => modules.exists(path),
    open: () => none,
    remove: () => none,
    rename: () => none,
    temporaryName: () => none,
    temporaryFile: () => none,
    popen: () => ({ message: `there are no processes in ${place}`, errno: NOT_SUPPORTED }),
    stdin: emptyFile(none),
    ...standard,
  };
}

function emptyFile(none: HostFileError): HostFile {
  return {
    read: () => "",
    write: () => none,
    seek: () => none,
    flush: () => undefined,
    close: () => undefined,
  };
}
