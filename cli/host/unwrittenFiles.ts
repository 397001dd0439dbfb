/**
 * The open files that have something in their buffers. They are written when the process ends, as
 * C does, however it ends short of a kill.
 */
import type { HostFileError } from "../../runtime/host.ts";

interface BufferedFile {
  flush(): HostFileError | undefined;
}

export class UnwrittenFiles {
  private readonly files = new Set<BufferedFile>();
  private readonly flushAll = () => {
    for (const file of [...this.files]) file.flush();
  };

  add(file: BufferedFile): void {
    if (this.files.size === 0) process.once("exit", this.flushAll);
    this.files.add(file);
  }

  delete(file: BufferedFile): void {
    if (this.files.delete(file) && this.files.size === 0) process.off("exit", this.flushAll);
  }
}
