/**
 * The open files that have something in their buffers. They are written when the process ends, as
 * C does, however it ends short of a kill.
 */
import type { HostFileError } from "../../runtime/host.ts";

interface BufferedFile {
  /** Whether others may use its descriptor, too. */
  readonly isShared: boolean;
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

  /**
   * Writes what is not for standard files. To be called before something looks into a file: in C, what was
   * written to a file that nobody has any more is there as soon as Lua has collected it; here, nobody
   * knows when that is.
   */
  writeBack(): void {
    for (const file of [...this.files]) if (!file.isShared) file.flush();
  }

  delete(file: BufferedFile): void {
    if (this.files.delete(file) && this.files.size === 0) process.off("exit", this.flushAll);
  }
}
