/** Node's file errors in the words of C, which Lua programs see and compare. */
import type { constants } from "node:os";
import type { HostFileError } from "../../runtime/host.ts";
import { os } from "../builtins.lazy.ts";

/** What glibc's `strerror` says; libuv's own texts differ. */
const MESSAGES: Readonly<Record<string, string>> = {
  E2BIG: "Argument list too long",
  EACCES: "Permission denied",
  EAGAIN: "Resource temporarily unavailable",
  EBADF: "Bad file descriptor",
  EBUSY: "Device or resource busy",
  EDQUOT: "Disk quota exceeded",
  EEXIST: "File exists",
  EFBIG: "File too large",
  EINTR: "Interrupted system call",
  EINVAL: "Invalid argument",
  EIO: "Input/output error",
  EISDIR: "Is a directory",
  ELOOP: "Too many levels of symbolic links",
  EMFILE: "Too many open files",
  EMLINK: "Too many links",
  ENAMETOOLONG: "File name too long",
  ENFILE: "Too many open files in system",
  ENODEV: "No such device",
  ENOENT: "No such file or directory",
  ENOMEM: "Cannot allocate memory",
  ENOSPC: "No space left on device",
  ENOSYS: "Function not implemented",
  ENOTDIR: "Not a directory",
  ENOTEMPTY: "Directory not empty",
  ENXIO: "No such device or address",
  EPERM: "Operation not permitted",
  EPIPE: "Broken pipe",
  EROFS: "Read-only file system",
  ESPIPE: "Illegal seek",
  ETXTBSY: "Text file busy",
  EXDEV: "Invalid cross-device link",
};

export type ErrorCode = keyof typeof constants.errno;

/** The error of the operating system with this code. */
export function fileError(code: ErrorCode): HostFileError {
  return { message: MESSAGES[code] ?? code, errno: os().constants.errno[code] };
}

/** An error that a function of `node:fs` threw; anything else is thrown on. */
export function toFileError(thrown: unknown): HostFileError {
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code === undefined || !isErrorCode(code)) throw thrown;
  const known = MESSAGES[code];
  // "ENOTSUP: operation not supported, open 'x'" holds libuv's text.
  const text = known ?? /^\w+: (.*?),/.exec(message)?.[1] ?? code;
  return { message: text, errno: os().constants.errno[code] };
}

/** Runs a file operation; its failure is returned. */
export function attempt<Result>(run: () => Result): Result | HostFileError {
  try {
    return run();
  } catch (thrown) {
    return toFileError(thrown);
  }
}

export function isFileError(result: unknown): result is HostFileError {
  return typeof result === "object" && result !== null && "errno" in result;
}

function isErrorCode(code: string): code is ErrorCode {
  return code in os().constants.errno;
}
