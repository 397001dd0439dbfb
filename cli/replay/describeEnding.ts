/**
 * What a function did, in lines: they are the same when it did the same. Events that were appended are in the order of
 * their topics and keys, since between different ones the log knows no order either.
 */
import { jsonLines } from "./jsonLines.ts";
import { appendedEvents, type Ending } from "./outcome.ts";

export interface EndingLines {
  readonly result: readonly string[];
  readonly appends: readonly string[];
}

export function describeEnding(ending: Ending): EndingLines {
  if (ending.kind === "failed") {
    const [first = "", ...rest] = ending.error.split("\n");
    return { result: [`error: ${first}`, ...rest.map((line) => `  ${line}`)], appends: [] };
  }
  const { result, appends } = ending.handled;
  return {
    result: result === undefined ? ["nothing"] : jsonLines(result),
    appends: appendedEvents(appends)
      .map(({ topic, key, value }) => ({ topic, key, value }))
      .sort((left, right) => compare(left.topic, right.topic) || compare(left.key, right.key))
      .flatMap(({ topic, key, value }) => {
        const [first = "", ...rest] = jsonLines(value);
        return [`${topic} ${JSON.stringify(key)}: ${first}`, ...rest];
      }),
  };
}

export function isSameEnding(left: EndingLines, right: EndingLines): boolean {
  return isSame(left.result, right.result) && isSame(left.appends, right.appends);
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((line, index) => line === right[index]);
}

function compare(left: string, right: string): number {
  return Number(left > right) - Number(left < right);
}
