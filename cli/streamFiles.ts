/** Lua's standard files on Node's streams, for programs that share a process with others. */
import type { Writable } from "node:stream";
import type { HostFile, HostFileError, HostFiles } from "../runtime/host.ts";

export type StandardFiles = Pick<HostFiles, "stdin" | "stdout" | "stderr">;

/** Output goes to the streams, never waiting for them; there is no input. */
export function streamFiles(stdout: Writable, stderr: Writable): StandardFiles {
  return { stdin: emptyFile(), stdout: streamFile(stdout), stderr: streamFile(stderr) };
}

const EBADF: HostFileError = { message: "Bad file descriptor", errno: 9 };
const ESPIPE: HostFileError = { message: "Illegal seek", errno: 29 };

function streamFile(stream: Writable): HostFile {
  return {
    read: () => EBADF,
    write(bytes) {
      stream.write(Buffer.from(bytes, "latin1"));
      return undefined;
    },
    seek: () => ESPIPE,
    flush: () => undefined,
    close: () => undefined,
  };
}

function emptyFile(): HostFile {
  return {
    read: () => "",
    write: () => EBADF,
    seek: () => ESPIPE,
    flush: () => undefined,
    close: () => undefined,
  };
}
