/** For programs: a JSON object for each event, and one with the summary in the end; each on a line of its own. */
import { eventMembers, jsonObject } from "../topics/json.ts";
import { appendedEvents, type Ending, type ReplayedEvent } from "./outcome.ts";
import type { ReplayReport, ReplaySubject } from "./report.ts";

export function createJsonReport(subject: ReplaySubject): ReplayReport {
  const { topic, functionName, mode, group, total, limit } = subject;
  let told = 0;
  return {
    event: (replayed) => (told++ < limit ? `${eventLine(replayed)}\n` : ""),
    summary: (tally, isComplete) => {
      const { done, failed, equal, different, new: unknown } = tally.counts;
      const counts =
        mode === "diff" ? { equal, different, failed, new: unknown } : { done, failed };
      const summary = {
        topic,
        function: functionName,
        mode,
        ...(mode === "diff" ? { group } : {}),
        total: total ?? null,
        events: tally.events,
        ...counts,
        appended: tally.appended,
        isComplete,
      };
      return `${JSON.stringify({ summary })}\n`;
    },
  };
}

function eventLine({ event, verdict, today, before }: ReplayedEvent): string {
  const { partition = "", offset = "", key = "" } = eventMembers(event);
  return jsonObject({
    partition,
    offset,
    key,
    status: JSON.stringify(verdict),
    ...endingMembers(today),
    ...(before === undefined ? {} : { before: jsonObject(endingMembers(before)) }),
  });
}

/** Without `result` when it returned nothing. */
function endingMembers(ending: Ending): Record<string, string> {
  if (ending.kind === "failed") {
    const { error, traceback = null } = ending;
    return { error: JSON.stringify(error), traceback: JSON.stringify(traceback) };
  }
  const { result, appends } = ending.handled;
  const events = appendedEvents(appends).map(({ topic, key, value }) =>
    jsonObject({ topic: JSON.stringify(topic), key: JSON.stringify(key), value }),
  );
  return { ...(result === undefined ? {} : { result }), appends: `[${events.join(",")}]` };
}
