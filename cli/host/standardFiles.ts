/** The standard files of the process. */
import type { HostFiles } from "../../runtime/host.ts";
import { EXIT_BROKEN_PIPE } from "../errors.ts";
import { isTerminal } from "../isTerminal.ts";
import { NodeFile } from "./nodeFile.ts";
import type { UnwrittenFiles } from "./unwrittenFiles.ts";

export function standardFiles(
  unwritten: UnwrittenFiles,
): Pick<HostFiles, "stdin" | "stdout" | "stderr"> {
  const isShown = isTerminal(1);
  let isFlushPlanned = false;
  const stdout = new NodeFile(
    {
      descriptor: 1,
      isReadable: false,
      isWritable: true,
      isShared: true,
      buffering: isShown ? "line" : "full",
      // A server never ends: what it printed is shown as soon as it has nothing else to do.
      afterWaiting: () => {
        if (isFlushPlanned) return;
        isFlushPlanned = true;
        setImmediate(() => {
          isFlushPlanned = false;
          stdout.flush();
        });
      },
      onBrokenPipe: () => process.exit(EXIT_BROKEN_PIPE),
    },
    unwritten,
  );
  const stdin = new NodeFile(
    {
      descriptor: 0,
      isReadable: true,
      isWritable: false,
      isShared: true,
      // A prompt without a newline is to be seen before the answer is awaited.
      beforeRead: () => {
        if (isShown) stdout.flush();
      },
    },
    unwritten,
  );
  const stderr = new NodeFile(
    { descriptor: 2, isReadable: false, isWritable: true, isShared: true, buffering: "no" },
    unwritten,
  );
  return { stdin, stdout, stderr };
}
