/**
 * Compiles files as they come: where there is much to do, by one process for each processor, which get some at a time; else here.
 *
 * Invariant: each file that was asked for is compiled, whatever becomes of the processes: what one of them leaves undone is done here.
 */
import { availableParallelism } from "node:os";
import type { CommandContext } from "../command.ts";
import { compileFile, type CompiledFile, type FileInput } from "./compileFile.ts";
import { CompileHelper } from "./compileHelper.ts";

/** Less than so much source, in bytes, is compiled before another process has started. */
const MIN_BYTES = 400_000;
/** Files that a process gets at a time, and how many times: while one is on its way, it has others, also if we are busy. */
const BATCH_SIZE = 25;
const BATCHES_AHEAD = 3;
const MAX_HELPERS = 8;

/** How long the process works on files before it lets others have a turn, such as esbuild's replies. */
const TURN_MS = 50;

interface Task {
  readonly input: FileInput;
  readonly resolve: (file: CompiledFile) => void;
  readonly reject: (error: unknown) => void;
}

/** A process, and how many batches it has. */
interface Worker {
  readonly helper: CompileHelper;
  batchCount: number;
  /** By us. */
  isEnded: boolean;
}

export class CompilePool {
  private readonly context: Pick<CommandContext, "self" | "env" | "cwd"> | undefined;
  /** What nobody has begun with, in the order in which it came. */
  private readonly tasks: Task[] = [];
  private workers: Worker[] = [];
  private isScheduled = false;
  private isBusyHere = false;
  /** Some process has ended by itself: others would, too. */
  private hasFailed = false;

  /** @param context What processes are started with; all is compiled here where it is absent. */
  constructor(context: Pick<CommandContext, "self" | "env" | "cwd"> | undefined) {
    this.context = context;
  }

  /** Tells that so many bytes of source are to come, so that processes start in the meantime. */
  expect(sizeBytes: number): void {
    const { context } = this;
    if (context === undefined || this.hasFailed || this.hasHelpers) return;
    if (sizeBytes < MIN_BYTES) return;
    const count = Math.min(availableParallelism(), MAX_HELPERS);
    this.workers = Array.from({ length: count }, () => ({
      helper: new CompileHelper(context),
      batchCount: 0,
      isEnded: false,
    }));
  }

  get hasHelpers(): boolean {
    return this.workers.length > 0;
  }

  /** Those that came last are compiled first: of a program they are the libraries, which decide what else is in it. */
  compile(input: FileInput): Promise<CompiledFile> {
    return new Promise((resolve, reject) => {
      this.tasks.push({ input, resolve, reject });
      if (this.isScheduled) return;
      this.isScheduled = true;
      // Others may come at the same time.
      setImmediate(() => {
        this.isScheduled = false;
        this.expect(this.tasks.reduce((sum, task) => sum + task.input.source.length, 0));
        this.distribute();
      });
    });
  }

  /** Nobody waits for files any more. Ends the processes; there are new ones when they are wanted. */
  end(): void {
    for (const worker of this.workers) {
      worker.isEnded = true;
      worker.helper.end();
    }
    this.workers = [];
    this.tasks.length = 0;
  }

  private distribute(): void {
    for (let round = 1; round <= BATCHES_AHEAD; round++) {
      for (const worker of this.workers) {
        if (worker.batchCount < round && this.tasks.length > 0) void this.give(worker);
      }
    }
    if (!this.hasHelpers) void this.workHere();
  }

  private async give(worker: Worker): Promise<void> {
    // What is left at the end is shared, in smaller and smaller batches, so that all end at the same time.
    const share = Math.ceil(this.tasks.length / (this.workers.length * BATCHES_AHEAD));
    const batch = this.tasks.splice(-Math.min(BATCH_SIZE, share));
    worker.batchCount++;
    try {
      const files = await worker.helper.compile(batch.map(({ input }) => input));
      batch.forEach(({ resolve }, index) => {
        resolve(files[index] as CompiledFile);
      });
    } catch {
      // Where all is over nobody waits for these.
      if (worker.isEnded) return;
      this.hasFailed = true;
      this.workers = this.workers.filter((each) => each !== worker);
      this.tasks.push(...batch);
    }
    worker.batchCount--;
    // What was compiled leads to others.
    setImmediate(() => {
      this.distribute();
    });
  }

  private async workHere(): Promise<void> {
    if (this.isBusyHere) return;
    this.isBusyHere = true;
    let turnEndMs = performance.now() + TURN_MS;
    for (let task = this.tasks.pop(); task !== undefined; task = this.tasks.pop()) {
      try {
        task.resolve(compileFile(task.input));
      } catch (thrown) {
        task.reject(thrown);
      }
      if (performance.now() < turnEndMs) continue;
      await new Promise((resolve) => setImmediate(resolve));
      turnEndMs = performance.now() + TURN_MS;
    }
    this.isBusyHere = false;
  }
}
