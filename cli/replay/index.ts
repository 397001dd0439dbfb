/** Replays events of a topic through a function of a project, and tells what comes of it. */
import { checkTopic, DEFAULT_TRIGGER } from "../../runtime/topics/index.ts";
import type { CommandContext } from "../command.ts";
import { consumerGroupOf } from "../consumerGroup.ts";
import { createProgress } from "../progress.ts";
import { findProjectRoot } from "../projectRoot.ts";
import { styleFor } from "../style.ts";
import { rangesOf, type Selection } from "../topics/rangesOf.ts";
import { triggersOf } from "../triggers.ts";
import { withProjectLog, type LogChoice } from "../withProjectLog.ts";
import { openEarlierEndings } from "./earlierEndings.ts";
import { createJsonReport } from "./jsonReport.ts";
import { findHandler, openFunction } from "./openFunction.ts";
import { besideProgress } from "./progressText.ts";
import { readReplayed } from "./readReplayed.ts";
import { replayAll } from "./replayAll.ts";
import type { ReplayMode } from "./report.ts";
import { createTextReport } from "./textReport.ts";

export interface ReplayRequest extends LogChoice {
  readonly topic: string;
  readonly functionName: string;
  readonly selection: Selection;
  readonly mode: ReplayMode;
  /** `undefined` for that of the settings. */
  readonly group: string | undefined;
  /** `undefined` for that of the trigger. */
  readonly concurrency: number | undefined;
  /** `undefined` for some, or in JSON all. */
  readonly limit: number | undefined;
  readonly stopsOnError: boolean;
  readonly json: boolean;
}

const DETAILS = 10;

/** @returns The exit code. @throws UserError */
export function runReplay(request: ReplayRequest, context: CommandContext): Promise<number> {
  return withProjectLog(request, context, async (opened) => {
    const { log, config, environment, env } = opened;
    const { topic, mode, selection } = request;
    checkTopic(log, topic);
    const trigger = triggersOf(config).find((each) => each.topic === topic);
    const handler = findHandler(trigger, request.functionName);
    const functionName = handler?.run ?? request.functionName;
    const group = request.group ?? consumerGroupOf(config);
    const chosen = await rangesOf(log, topic, selection);
    const ranges = chosen.filter(({ from, to }) => from < to);
    const earlier =
      mode === "diff"
        ? await openEarlierEndings({ log, group, topic, handler: functionName, trigger })
        : undefined;
    const progress = createProgress(context.stderr);
    const called = await openFunction({
      root: findProjectRoot(request.project, context.cwd),
      config,
      environment,
      log,
      name: functionName,
      timeoutMs: handler?.timeoutMs,
      isHeldBack: mode !== "run",
      output: besideProgress(context.stderr, progress),
      env,
    });
    const subject = {
      topic,
      functionName,
      mode,
      group,
      total:
        selection.key === undefined
          ? ranges.reduce((sum, { from, to }) => sum + to - from, 0)
          : undefined,
      limit: request.limit ?? (request.json ? Infinity : DETAILS),
    };
    const report = request.json
      ? createJsonReport(subject)
      : createTextReport(subject, styleFor(context.stdout, context.env));
    try {
      return await replayAll({
        ...{ subject, report, progress, context },
        partitions: readReplayed({ log, topic, ranges, earlier }),
        call: called.call,
        concurrency: request.concurrency ?? trigger?.concurrency ?? DEFAULT_TRIGGER.concurrency,
        stopsOnError: request.stopsOnError,
      });
    } finally {
      await called.close();
    }
  });
}
