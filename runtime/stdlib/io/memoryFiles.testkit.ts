/** Files in memory, for tests. */
import type { HostFile, HostFileError, HostFiles } from "../../host.ts";

const ENOENT: HostFileError = { message: "No such file or directory", errno: 2 };
const EBADF: HostFileError = { message: "Bad file descriptor", errno: 9 };

export interface MemoryFiles {
  readonly files: HostFiles;
  readonly contents: Map<string, string>;
  /** What happened to the files, in order. */
  readonly log: string[];
}

/** @param pieceBytes No read gives more than this. */
export function memoryFiles(
  initial: Readonly<Record<string, string>>,
  pieceBytes = 7,
): MemoryFiles {
  const contents = new Map(Object.entries(initial));
  const log: string[] = [];

  function open(path: string, mode: string): HostFile {
    let position = 0;
    if (mode.startsWith("w")) contents.set(path, "");
    const text = () => contents.get(path) ?? "";
    return {
      read(sizeBytes) {
        if (mode === "w") return EBADF;
        const piece = text().slice(position, position + Math.min(sizeBytes, pieceBytes));
        position += piece.length;
        return piece;
      },
      write(bytes) {
        if (mode === "r") return EBADF;
        contents.set(
          path,
          text().slice(0, position) + bytes + text().slice(position + bytes.length),
        );
        position += bytes.length;
        return undefined;
      },
      seek(whence, offset) {
        const start = whence === "set" ? 0 : whence === "cur" ? position : text().length;
        if (start + offset < 0) return { message: "Invalid argument", errno: 22 };
        return (position = start + offset);
      },
      flush() {
        log.push(`flush ${path}`);
        return undefined;
      },
      setBuffering(buffering) {
        log.push(`${buffering} ${path}`);
      },
      close() {
        log.push(`close ${path}`);
        return path.startsWith("exit ") ? { exitCode: Number(path.slice(5)) } : undefined;
      },
    };
  }

  const files: HostFiles = {
    read: (path) => contents.get(path) ?? ENOENT,
    exists: (path) => contents.has(path),
    open: (path, mode) => (mode === "r" && !contents.has(path) ? ENOENT : open(path, mode)),
    remove: () => ENOENT,
    rename: () => ENOENT,
    temporaryName: () => "temporary",
    temporaryFile: () => open("temporary", "w+"),
    popen: (command, mode) => open(command, mode),
    stdin: open("stdin", "r"),
    stdout: open("stdout", "w"),
    stderr: open("stderr", "w"),
  };
  return { files, contents, log };
}
