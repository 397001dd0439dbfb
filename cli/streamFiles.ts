/** Lua's standard files on Node's streams, for programs that share a process with others. */
import type { Writable } from "node:stream";
import type { HostFile, HostFileError, HostFiles } from "../runtime/host.ts";

export type StandardFiles = Pick<HostFiles, "stdin" | "stdout" | "stderr">;

/** Output goes to the streams, never waiting for them; there is no input. */
export function streamFiles(stdout: Writable, stderr: Writable): StandardFiles {
  return outputFiles(
    (bytes) => stdout.write(Buffer.from(bytes, "latin1")),
    (bytes) => stderr.write(Buffer.from(bytes, "latin1")),
  );
}

/** Takes what is written. */
export type TakeOutput = (bytes: string) => unknown;

/** Output is handed on; there is no input. */
export function outputFiles(stdout: TakeOutput, stderr: TakeOutput): StandardFiles {
  return { stdin: emptyFile(), stdout: outputFile(stdout), stderr: outputFile(stderr) };
}

const EBADF: HostFileError = { message: "Bad file descriptor", errno: 9 };
const ESPIPE: HostFileError = { message: "Illegal seek", errno: 29 };

function outputFile(take: TakeOutput): HostFile {
  return {
    read: () => EBADF,
    write(bytes) {
      take(bytes);
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
