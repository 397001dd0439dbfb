/** Files of this machine, for Lua. */
import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  unlinkSync,
} from "node:fs";
import type { HostFile, HostFileError, HostFiles } from "../../runtime/host.ts";
import { crypto } from "../builtins.lazy.ts";
import { thePipes } from "../parts.lazy.ts";
import { attempt, fileError, isFileError } from "./fileErrors.ts";
import { closeWhenForgotten } from "./forgottenFiles.ts";
import { NodeFile } from "./nodeFile.ts";
import { standardFiles } from "./standardFiles.ts";
import { UnwrittenFiles } from "./unwrittenFiles.ts";

/** Permissions of new files before the process's mask applies. */
const NEW_FILE_MODE = 0o666;
const PRIVATE_FILE_MODE = 0o600;

/** Where C puts temporary files. */
const TEMPORARY_PREFIX = "/tmp/lua_";

export function createNodeFiles(): HostFiles {
  const unwritten = new UnwrittenFiles();
  return {
    read: (path) => {
      unwritten.writeBack();
      return attempt(() => readFileSync(toPath(path), "latin1"));
    },
    exists: (path) => existsSync(toPath(path)),
    open: (path, mode) => {
      unwritten.writeBack();
      return openFile(path, mode, unwritten);
    },
    remove: (path) =>
      failureOf(() => {
        removeFileOrFolder(toPath(path));
      }),
    rename: (from, to) =>
      failureOf(() => {
        renameSync(toPath(from), toPath(to));
      }),
    temporaryName: () =>
      attempt(() => {
        const { path, descriptor } = createTemporary();
        closeSync(descriptor);
        return path;
      }),
    temporaryFile: () =>
      attempt(() => {
        const { path, descriptor } = createTemporary();
        unlinkSync(path);
        return ownFile({ descriptor, isReadable: true, isWritable: true }, unwritten);
      }),
    popen: (command, mode) => thePipes().popen(command, mode, unwritten),
    ...standardFiles(unwritten),
  };
}

/** Bytes up to the first zero, as C takes a path. */
function toPath(path: string): Buffer {
  const end = path.indexOf("\0");
  return Buffer.from(end < 0 ? path : path.slice(0, end), "latin1");
}

/** "r", "w" or "a", then "+" for both directions and "x" for new files only; all else is ignored. */
const MODE = /^([rwa])(.{0,6})/;

function openFile(path: string, mode: string, unwritten: UnwrittenFiles): HostFile | HostFileError {
  const match = MODE.exec(mode);
  if (match === null) return fileError("EINVAL");
  const [, kind, rest = ""] = match;
  const isUpdate = rest.includes("+");
  const isReadable = kind === "r" || isUpdate;
  const isWritable = kind !== "r" || isUpdate;
  let flags = isUpdate ? constants.O_RDWR : isReadable ? constants.O_RDONLY : constants.O_WRONLY;
  if (kind !== "r") flags |= constants.O_CREAT;
  if (kind === "w") flags |= constants.O_TRUNC;
  if (kind === "a") flags |= constants.O_APPEND;
  if (rest.includes("x") && kind !== "r") flags |= constants.O_EXCL;
  const descriptor = attempt(() => openSync(toPath(path), flags, NEW_FILE_MODE));
  if (isFileError(descriptor)) return descriptor;
  const isAppending = kind === "a";
  return ownFile({ descriptor, isReadable, isWritable, isAppending }, unwritten);
}

function ownFile(
  options: ConstructorParameters<typeof NodeFile>[0],
  unwritten: UnwrittenFiles,
): HostFile {
  return closeWhenForgotten(new NodeFile(options, unwritten));
}

function removeFileOrFolder(path: Buffer): void {
  try {
    unlinkSync(path);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code !== "EISDIR" && code !== "EPERM") throw thrown;
    rmdirSync(path);
  }
}

function failureOf(run: () => void): HostFileError | undefined {
  return attempt(run) ?? undefined;
}

function createTemporary(): { path: string; descriptor: number } {
  for (;;) {
    const path = TEMPORARY_PREFIX + crypto().randomBytes(3).toString("hex");
    try {
      return { path, descriptor: openSync(path, "wx+", PRIVATE_FILE_MODE) };
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== "EEXIST") throw thrown;
    }
  }
}
