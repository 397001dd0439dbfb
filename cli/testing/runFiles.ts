/** Runs test files, several at a time, and shows what they write in their order. */
import { setMaxListeners } from "node:events";
import type { CommandContext } from "../command.ts";
import { OrderedOutput, type OrderedSink } from "./orderedOutput.ts";
import { runTestFile, type TestFileOptions, type TestFileOutcome } from "./runTestFile.ts";
import { failuresOf } from "./summary.ts";

export interface RunFilesOptions {
  /** From the root. */
  readonly files: readonly string[];
  /** So many at a time. */
  readonly jobs: number;
  /** Whether to end at the first failure. */
  readonly isBailing: boolean;
  /** How one of them is run. */
  readonly optionsFor: (file: string, index: number) => TestFileOptions;
  readonly sink: FileSink;
}

/** Where the output of files goes, one after the other. */
export interface FileSink {
  begin(file: string): void;
  out(text: string): void;
  error(text: string): void;
  end(outcome: TestFileOutcome): void;
}

export interface FilesOutcome {
  /** Of those that ran to their end, in the order of the files. */
  readonly outcomes: readonly TestFileOutcome[];
  /** Those that were left out, or stopped, after a failure. */
  readonly notRun: readonly string[];
}

export async function runFiles(
  options: RunFilesOptions,
  context: Pick<CommandContext, "self" | "env" | "signal">,
): Promise<FilesOutcome> {
  return await new FilesRun(options, context).run();
}

class FilesRun {
  private readonly options: RunFilesOptions;
  private readonly context: Pick<CommandContext, "self" | "env" | "signal">;
  private readonly outcomes: (TestFileOutcome | undefined)[];
  private readonly output: OrderedOutput;
  /** Stops those that run. */
  private readonly stopping = new AbortController();
  private next = 0;

  constructor(options: RunFilesOptions, context: Pick<CommandContext, "self" | "env" | "signal">) {
    this.options = options;
    this.context = context;
    const { files } = options;
    this.outcomes = files.map(() => undefined);
    this.output = new OrderedOutput(this.sink(), files.length);
  }

  async run(): Promise<FilesOutcome> {
    const { files, jobs } = this.options;
    const { signal } = this.context;
    const stop = (): void => {
      this.stopping.abort();
    };
    // Each file that runs listens.
    setMaxListeners(0, this.stopping.signal);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    try {
      const workers = Array.from({ length: Math.min(jobs, files.length) }, () => this.work());
      await Promise.all(workers);
    } finally {
      signal.removeEventListener("abort", stop);
      stop();
    }
    return {
      outcomes: this.outcomes.filter((outcome) => outcome !== undefined),
      notRun: files.filter((_, index) => this.outcomes[index] === undefined),
    };
  }

  /** Runs one file after the other, as long as there are any. */
  private async work(): Promise<void> {
    const { files, optionsFor, isBailing } = this.options;
    for (let index = this.next++; index < files.length; index = this.next++) {
      if (!this.isStopping()) {
        const outcome = await runTestFile(optionsFor(files[index] as string, index), this.context, {
          output: this.output.of(index),
          signal: this.stopping.signal,
        });
        const wasStopped = this.isStopping() && outcome.signal !== undefined;
        if (!wasStopped) this.outcomes[index] = outcome;
        if (isBailing && !wasStopped && failuresOf(outcome).length > 0) this.stopping.abort();
      }
      this.output.end(index);
    }
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private sink(): OrderedSink {
    const { files, sink } = this.options;
    // Only files that ran are told of.
    let begun: string | undefined;
    const begin = (): void => {
      if (begun !== undefined) sink.begin(begun);
      begun = undefined;
    };
    return {
      begin: (index) => {
        begun = files[index];
      },
      out: (text) => {
        begin();
        sink.out(text);
      },
      error: (text) => {
        begin();
        sink.error(text);
      },
      end: (index) => {
        const outcome = this.outcomes[index];
        if (outcome === undefined) return;
        begin();
        sink.end(outcome);
      },
    };
  }
}
