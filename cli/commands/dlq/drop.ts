import { defineCommand } from "../../command.ts";
import { canConfirm, confirm } from "../../confirm.ts";
import { EXIT_FAILURE, UserError } from "../../errors.ts";
import {
  checkSelection,
  countLetters,
  LETTER_OPERANDS,
  LETTER_SELECTION_OPTIONS,
  selectLetters,
} from "../../topics/deadLetters.ts";
import { LOG_OPTIONS, withProjectLog } from "../../withProjectLog.ts";

export const dropCommand = defineCommand({
  name: "dlq drop",
  summary: "Forget dead letters",
  description: [
    "Their events stay in the topic, but the consumer group will not handle them. With --all it asks before, unless " +
      "--yes says so.",
  ],
  operands: LETTER_OPERANDS,
  options: {
    ...LETTER_SELECTION_OPTIONS,
    yes: { type: "boolean", short: "y", description: "Do not ask" },
    ...LOG_OPTIONS,
  },
  examples: [
    { command: "spacer dlq drop 3 4", meaning: "two of them" },
    { command: "spacer dlq drop --all --key 17 --yes", meaning: "those of a key, without asking" },
  ],
  run: ({ operands: { ids }, options }, context) => {
    const selection = { ...options, ids };
    checkSelection("dlq drop", selection);
    const mustAsk = options.all && !options.yes;
    if (mustAsk && !canConfirm(context)) {
      throw new UserError(
        "'spacer dlq drop --all' asks before, and nobody is here to answer",
        "add --yes to drop them without asking",
      );
    }
    return withProjectLog(options, context, async (opened) => {
      const letters = await selectLetters(opened, selection);
      if (mustAsk && letters.length > 0) {
        const question = `Drop ${countLetters(letters.length)} of group ${letters[0]?.group ?? ""}?`;
        if (!(await confirm(question, context))) {
          context.stderr.write("nothing was dropped\n");
          return EXIT_FAILURE;
        }
      }
      const dropped = await opened.log.groups.drop(letters.map(({ id }) => id));
      const text = dropped === 0 ? "no dead letters" : `${countLetters(dropped)} dropped`;
      context.stdout.write(`${options.json ? JSON.stringify({ dropped }) : text}\n`);
      return 0;
    });
  },
});
