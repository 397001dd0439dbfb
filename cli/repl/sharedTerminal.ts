/**
 * Lua's standard files where a line editor uses the same terminal. What a program prints while a line is being typed,
 * as a timer may, goes above that line; a prompt begins at the left; and what was pasted behind a line that reads from
 * standard input is what it reads.
 */
import type { HostFile, HostFileError, HostFiles } from "../../runtime/host.ts";

export interface TerminalUser {
  /** Makes room before something else is written. Returns whether there was anything in the way. */
  beforeOutput(): boolean;
  /** Is called a moment later, if so. */
  afterOutput(): void;
  /** What it has read of the terminal, but not used: a line in bytes, or "". */
  takeLine(): string;
  /** Shows bytes as they are. */
  show(bytes: string): void;
}

export class SharedTerminal {
  /** Whether the cursor is at the left, as far as we know. */
  isAtLineStart = true;
  user: TerminalUser | undefined = undefined;
  private isTold = false;

  /** The same files, looked after. */
  adapt<Files extends Pick<HostFiles, "stdin" | "stdout" | "stderr">>(files: Files): Files {
    return {
      ...files,
      stdin: this.input(files.stdin),
      stdout: this.output(files.stdout),
      stderr: this.output(files.stderr),
    };
  }

  private input(file: HostFile): HostFile {
    return wrap(file, {
      read: (sizeBytes) => {
        // Whoever typed it has pressed Enter.
        this.isAtLineStart = true;
        const line = this.user?.takeLine() ?? "";
        return this.echo(line === "" ? file.read(sizeBytes) : line, line !== "");
      },
    });
  }

  /**
   * What was typed before the program wanted it has Return at its ends, for the system was not to change any key then, nor
   * to show it.
   */
  private echo(input: string | HostFileError, isHeld: boolean): string | HostFileError {
    if (typeof input !== "string" || !(isHeld || input.includes("\r"))) return input;
    const lines = input.replaceAll(/\r\n?/g, "\n");
    this.user?.show(lines);
    return lines;
  }

  private output(file: HostFile): HostFile {
    return wrap(file, {
      write: (bytes) => {
        if (bytes === "") return undefined;
        this.tell(file);
        this.isAtLineStart = bytes.endsWith("\n");
        return file.write(bytes);
      },
    });
  }

  private tell(file: HostFile): void {
    if (this.isTold || this.user?.beforeOutput() !== true) return;
    this.isTold = true;
    setImmediate(() => {
      this.isTold = false;
      file.flush();
      this.user?.afterOutput();
    });
  }
}

function wrap(file: HostFile, changes: Partial<HostFile>): HostFile {
  return {
    read: (sizeBytes) => file.read(sizeBytes),
    write: (bytes) => file.write(bytes),
    seek: (whence, offset) => file.seek(whence, offset),
    flush: () => file.flush(),
    setBuffering: (buffering) => file.setBuffering?.(buffering),
    close: () => file.close(),
    ...changes,
  };
}
