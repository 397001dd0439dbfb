/**
 * `popen` without a thread and without the event loop: the command runs at the other end of a FIFO,
 * so both sides read and write as they go, and its exit code arrives through a second FIFO.
 */
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fromBytes } from "../bytes.ts";
import { childProcess, os } from "../builtins.lazy.ts";
import type { HostFile, HostFileError } from "../../runtime/host.ts";
import { attempt, fileError, isFileError } from "./fileErrors.ts";
import { closeWhenForgotten } from "./forgottenFiles.ts";
import { NodeFile } from "./nodeFile.ts";
import type { UnwrittenFiles } from "./unwrittenFiles.ts";

/**
 * Runs its first argument and reports how that ended. Only the command gets the error output: a
 * shell would comment there on a signal.
 */
const REPORTING_SCRIPT = '(exec 2>&4 3>&- 4>&-; exec /bin/sh -c "$1"); echo $? >&3';

/** A shell adds this to the number of the signal that ended a command. */
const SIGNAL_BASE = 128;
const LAST_SIGNAL = 31;

export function popen(
  command: string,
  mode: string,
  unwritten: UnwrittenFiles,
): HostFile | HostFileError {
  const isReading = /^re?$/.test(mode);
  if (!isReading && !/^we?$/.test(mode)) return fileError("EINVAL");
  const pipes = attempt(createPipes);
  if (isFileError(pipes)) return pipes;
  const { data, status } = pipes;
  const [theirs, ours] = isReading ? [data.writer, data.reader] : [data.reader, data.writer];
  const failure = attempt(() => {
    const child = childProcess().spawn(
      "/bin/sh",
      ["-c", REPORTING_SCRIPT, "sh", fromBytes(command)],
      {
        stdio: [isReading ? 0 : theirs, isReading ? theirs : 1, "ignore", status.writer, 2],
      },
    );
    // Without a shell nothing is ever reported: the pipes are at their ends at once.
    child.on("error", () => undefined);
    child.unref();
  });
  closeSync(theirs);
  closeSync(status.writer);
  // Node throws for a command that is too long.
  if (isFileError(failure)) {
    closeSync(ours);
    closeSync(status.reader);
    return failure;
  }
  const file = new NodeFile(
    { descriptor: ours, isReadable: isReading, isWritable: !isReading },
    unwritten,
  );
  const statusFile = new NodeFile(
    { descriptor: status.reader, isReadable: true, isWritable: false },
    unwritten,
  );
  return closeWhenForgotten({
    read: (sizeBytes) => file.read(sizeBytes),
    write: (bytes) => file.write(bytes),
    seek: (whence, offset) => file.seek(whence, offset),
    flush: () => file.flush(),
    setBuffering: (buffering) => {
      file.setBuffering(buffering);
    },
    close: () => {
      const closingFailure = file.close();
      const report = statusFile.read(16);
      statusFile.close();
      return closingFailure ?? { exitCode: exitCodeOf(report) };
    },
  });
}

interface Pipe {
  readonly reader: number;
  readonly writer: number;
}

/** Two pipes that no longer have names. */
function createPipes(): { data: Pipe; status: Pipe } {
  const folder = mkdtempSync(join(os().tmpdir(), "spacer-"));
  try {
    const [data, status] = [join(folder, "data"), join(folder, "status")];
    childProcess().execFileSync("mkfifo", ["-m", "600", data, status], { stdio: "ignore" });
    return { data: openPipe(data), status: openPipe(status) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Opens both ends. A blocking end can be opened only while the other one is open. */
function openPipe(path: string): Pipe {
  const first = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  const reader = openSync(path, constants.O_RDONLY);
  closeSync(first);
  return { reader, writer };
}

function exitCodeOf(report: string | HostFileError): number {
  const code = typeof report === "string" && report !== "" ? Number(report) : SIGNAL_BASE - 1;
  const signal = code - SIGNAL_BASE;
  return signal > 0 && signal <= LAST_SIGNAL ? -signal : code;
}
