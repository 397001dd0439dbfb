/** How the output of test files is shown. */
import type { Writable } from "node:stream";
import { JoinedTap } from "./joinedTap.ts";
import type { FileSink } from "./runFiles.ts";
import { problemOf } from "./summary.ts";

/** A sink, and what comes behind all files. */
export interface Shown extends FileSink {
  close(): void;
}

/** As the files write it. @param hasHeadings Whether each begins with its name. */
export function plainSink(
  { stdout, stderr }: { readonly stdout: Writable; readonly stderr: Writable },
  hasHeadings: boolean,
): Shown {
  let isAtLineStart = true;
  return {
    begin: (file) => {
      if (hasHeadings) stdout.write(`# ${file}\n`);
    },
    out: (text) => {
      isAtLineStart = text.endsWith("\n");
      stdout.write(text);
    },
    error: (text) => {
      stderr.write(text);
    },
    end: () => {
      if (!isAtLineStart) stdout.write("\n");
      isAtLineStart = true;
    },
    close: () => undefined,
  };
}

/** The TAP of several files as one. */
export function joinedSink(streams: {
  readonly stdout: Writable;
  readonly stderr: Writable;
}): Shown {
  const tap = new JoinedTap((text) => streams.stdout.write(text));
  return {
    begin: (file) => {
      streams.stdout.write(`# ${file}\n`);
    },
    out: (text) => {
      tap.push(text);
    },
    error: (text) => {
      streams.stderr.write(text);
    },
    end: (outcome) => {
      tap.endFile(outcome.file, problemOf(outcome));
    },
    close: () => {
      tap.end();
    },
  };
}

/** Keeps what files write to standard output, by file; the rest is passed on. */
export class KeptOutput implements Shown {
  readonly texts = new Map<string, string>();
  private readonly stderr: Writable;
  private file = "";

  constructor(stderr: Writable) {
    this.stderr = stderr;
  }

  begin(file: string): void {
    this.file = file;
    this.texts.set(file, "");
  }

  out(text: string): void {
    this.texts.set(this.file, (this.texts.get(this.file) ?? "") + text);
  }

  error(text: string): void {
    this.stderr.write(text);
  }

  end(): void {
    this.file = "";
  }

  close(): void {
    this.file = "";
  }
}
