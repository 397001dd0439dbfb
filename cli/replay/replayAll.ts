/** Calls a function with all that is to be replayed, and tells of each event. */
import { replay } from "../../runtime/topics/index.ts";
import type { ReplayCall } from "../../runtime/triggers/index.ts";
import type { CommandContext } from "../command.ts";
import { EXIT_FAILURE, EXIT_INTERRUPTED, UserError } from "../errors.ts";
import type { Progress } from "../progress.ts";
import { writeSlowly } from "../writing.ts";
import { describeEnding, isSameEnding } from "./describeEnding.ts";
import type { Ending, Verdict } from "./outcome.ts";
import { progressText } from "./progressText.ts";
import type { ReadEvent } from "./readReplayed.ts";
import type { ReplayReport, ReplaySubject } from "./report.ts";
import { Tally } from "./tally.ts";

export interface ReplayAllOptions {
  readonly subject: ReplaySubject;
  readonly partitions: readonly AsyncIterable<readonly ReadEvent[]>[];
  readonly call: ReplayCall;
  readonly concurrency: number;
  readonly stopsOnError: boolean;
  readonly report: ReplayReport;
  readonly progress: Progress;
  readonly context: CommandContext;
}

/** @returns The exit code. @throws LogError, and UserError when the function is gone */
export async function replayAll(options: ReplayAllOptions): Promise<number> {
  const { subject, partitions, call, concurrency, report, progress, context } = options;
  const tally = new Tally();
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  context.signal.addEventListener("abort", abort);
  if (context.signal.aborted) abort();

  const handle = async ({ event, before }: ReadEvent): Promise<void> => {
    const today = await call(event);
    if (today.kind === "unavailable") {
      throw new UserError(`'${subject.functionName}' can't be called: ${today.error}`);
    }
    const replayed = { event, today, before, verdict: judge(subject, today, before) };
    tally.add(replayed);
    if (options.stopsOnError && today.kind === "failed") abort();
    await write(report.event(replayed));
    progress.update(progressText(tally, subject.total));
  };

  let last: Promise<void> = Promise.resolve();
  // One after the other, so that not each of them waits for the stream.
  const write = async (text: string): Promise<void> => {
    if (text === "") return;
    last = last.then(() => {
      progress.clear();
      return writeSlowly(context.stdout, text);
    });
    await last;
  };

  let isComplete = false;
  try {
    const keyOf = ({ event }: ReadEvent): string => event.key;
    await replay({ partitions, keyOf, concurrency, handle, signal: stop.signal });
    isComplete = !stop.signal.aborted;
  } finally {
    context.signal.removeEventListener("abort", abort);
    progress.clear();
    await write(report.summary(tally, isComplete));
  }
  if (context.signal.aborted) return EXIT_INTERRUPTED;
  return tally.isSuccess ? 0 : EXIT_FAILURE;
}

function judge({ mode }: ReplaySubject, today: Ending, before: Ending | undefined): Verdict {
  if (today.kind === "failed") return "failed";
  if (mode !== "diff") return "done";
  if (before === undefined) return "new";
  return isSameEnding(describeEnding(before), describeEnding(today)) ? "equal" : "different";
}
