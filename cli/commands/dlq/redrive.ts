import type { DeadLetter, LogStorage } from "../../../runtime/topics/index.ts";
import { defineCommand, type CommandContext } from "../../command.ts";
import { EXIT_FAILURE } from "../../errors.ts";
import { printable, shorten } from "../../printable.ts";
import { createProgress } from "../../progress.ts";
import { styleFor, type Style } from "../../style.ts";
import { awaitLetters, type Fate } from "../../topics/awaitLetters.ts";
import {
  checkSelection,
  countLetters,
  LETTER_OPERANDS,
  LETTER_SELECTION_OPTIONS,
  selectLetters,
} from "../../topics/deadLetters.ts";
import { placeOf } from "../../topics/eventLine.ts";
import { jsonObject } from "../../topics/json.ts";
import { letterJson } from "../../topics/letterJson.ts";
import { LOG_OPTIONS, withProjectLog } from "../../withProjectLog.ts";

export const redriveCommand = defineCommand({
  name: "dlq redrive",
  summary: "Have dead letters handled again",
  description: [
    "Whoever serves the project in the consumer group handles them, beginning with the function that failed. They " +
      "remain dead letters until they are handled; those that fail again stay.",
    "With --wait the command ends when all are settled, and its exit code is 1 when some failed again.",
  ],
  operands: LETTER_OPERANDS,
  options: {
    ...LETTER_SELECTION_OPTIONS,
    wait: {
      type: "boolean",
      description: "Wait until they are settled, and say what became of them",
    },
    ...LOG_OPTIONS,
  },
  examples: [
    { command: "spacer dlq redrive 3 4", meaning: "two of them" },
    { command: "spacer dlq redrive --all --topic orders --wait", meaning: "those of a topic" },
  ],
  run: ({ operands: { ids }, options }, context) => {
    const selection = { ...options, ids };
    checkSelection("dlq redrive", selection);
    return withProjectLog(options, context, async (opened) => {
      const { log } = opened;
      const letters = await selectLetters(opened, selection);
      await log.groups.redrive(letters.map(({ id }) => id));
      const [group] = letters.map((letter) => letter.group);
      if (group !== undefined) await warnWithoutMembers(log, group, context);
      if (options.wait) return await waitFor(log, letters, options.json, context);
      const text =
        group === undefined
          ? "no dead letters"
          : `${countLetters(letters.length)} will be handled by whoever serves group ${group}`;
      const json = JSON.stringify({ redriven: letters.map(({ id }) => id) });
      context.stdout.write(`${options.json ? json : text}\n`);
      return 0;
    });
  },
});

async function warnWithoutMembers(
  log: LogStorage,
  group: string,
  { stderr }: CommandContext,
): Promise<void> {
  const description = await log.groups.describe(group);
  if (description === undefined || description.members.length > 0) return;
  stderr.write(
    `spacer: no process takes part in group '${group}' now; 'spacer start' would be one\n`,
  );
}

/** @returns The exit code. */
async function waitFor(
  log: LogStorage,
  letters: readonly DeadLetter[],
  isJson: boolean,
  context: CommandContext,
): Promise<number> {
  const { stdout, stderr, signal, env } = context;
  const style = styleFor(stdout, env);
  const progress = createProgress(stderr);
  const fates: Fate[] = [];
  const showWaiting = (): void => {
    progress.update(`waiting for ${countLetters(letters.length - fates.length)}`);
  };
  showWaiting();
  for await (const fate of awaitLetters(log, letters, signal)) {
    fates.push(fate);
    progress.clear();
    if (!isJson) stdout.write(describeFate(fate, style));
    if (fates.length < letters.length) showWaiting();
  }
  progress.clear();
  const failed = fates.flatMap((fate) => fate.failed ?? []);
  const handled = fates.flatMap((fate) => (fate.failed === undefined ? [fate.letter.id] : []));
  const settled = new Set(fates.map(({ letter }) => letter.id));
  const waiting = letters.filter(({ id }) => !settled.has(id)).map(({ id }) => id);
  if (isJson) {
    const json = jsonObject({
      handled: JSON.stringify(handled),
      failed: `[${failed.map(letterJson).join(",")}]`,
      waiting: JSON.stringify(waiting),
    });
    stdout.write(`${json}\n`);
  } else {
    const counts = [`${String(handled.length)} handled`, `${String(failed.length)} failed again`];
    if (waiting.length > 0) counts.push(`${String(waiting.length)} still to be handled`);
    stdout.write(`${counts.join(", ")}\n`);
  }
  return failed.length + waiting.length > 0 ? EXIT_FAILURE : 0;
}

const MAX_ERROR_LENGTH = 100;

function describeFate({ letter: { id, event }, failed }: Fate, style: Style): string {
  const what =
    failed === undefined
      ? style.green("handled")
      : `${style.red("failed again")}: ${shorten(printable(failed.error), MAX_ERROR_LENGTH)}`;
  return `${id}  ${event.topic} ${placeOf(event)}  ${what}\n`;
}
