/** Standard output and standard error where there is a console in their place: it takes whole lines. */
import type { HostFile, HostFileError } from "../../../runtime/host.ts";
import { fromBytes } from "../../bytes.ts";

/** Of Linux: EBADF, ESPIPE. */
const NOT_READABLE: HostFileError = { message: "Bad file descriptor", errno: 9 };
const NO_POSITION: HostFileError = { message: "Illegal seek", errno: 29 };

/** @param print Takes a line, without its end. */
export function createConsoleFile(print: (line: string) => void): HostFile {
  let waiting = "";
  const flush = (): undefined => {
    if (waiting !== "") print(fromBytes(waiting));
    waiting = "";
  };
  return {
    read: () => NOT_READABLE,
    write: (bytes) => {
      const end = bytes.lastIndexOf("\n");
      if (end < 0) {
        waiting += bytes;
        return undefined;
      }
      print(fromBytes(waiting + bytes.slice(0, end)));
      waiting = bytes.slice(end + 1);
      return undefined;
    },
    seek: () => NO_POSITION,
    flush,
    close: flush,
  };
}
