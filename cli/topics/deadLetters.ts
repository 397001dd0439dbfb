/** Which dead letters a command is about. */
import { checkTopic, type DeadLetter, type LogStorage } from "../../runtime/topics/index.ts";
import type { OperandDefinitions, OptionDefinition } from "../command.ts";
import type { ProjectConfig } from "../config.ts";
import { consumerGroupOf } from "../consumerGroup.ts";
import { UserError } from "../errors.ts";
import { findGroup } from "./findGroup.ts";

export const GROUP_OPTION = {
  type: "string",
  short: "g",
  placeholder: "G",
  description: "The consumer group; the project's own if left out",
} as const satisfies OptionDefinition;

export const LETTER_FILTER_OPTIONS = {
  group: GROUP_OPTION,
  topic: { type: "string", placeholder: "T", description: "Of this topic only" },
  key: { type: "string", placeholder: "K", description: "Of this key only" },
} as const satisfies Readonly<Record<string, OptionDefinition>>;

/** Of commands that do something with dead letters. */
export const LETTER_OPERANDS = {
  ids: { placeholder: "ID", description: "As 'dlq list' says", isRest: true },
} as const satisfies OperandDefinitions;

export const LETTER_SELECTION_OPTIONS = {
  all: {
    type: "boolean",
    description: "All of the group, or those that --topic and --key leave",
  },
  ...LETTER_FILTER_OPTIONS,
} as const satisfies Readonly<Record<string, OptionDefinition>>;

export interface LetterFilter {
  readonly group: string | undefined;
  readonly topic?: string | undefined;
  readonly key?: string | undefined;
}

interface Opened {
  readonly log: LogStorage;
  readonly config: ProjectConfig;
}

/** More than there are, and no more than any log can take for a limit. */
const ALL = 2 ** 31 - 1;

/** The oldest first. @throws UserError or LogError for an unknown group or topic */
export async function listLetters(
  { log, config }: Opened,
  filter: LetterFilter,
  { ids, limit = ALL }: { readonly ids?: readonly string[]; readonly limit?: number } = {},
): Promise<readonly DeadLetter[]> {
  // Nobody may have taken part in the project's own group yet: then it has none.
  if (filter.group !== undefined) await findGroup(log, filter.group);
  if (filter.topic !== undefined) checkTopic(log, filter.topic);
  const group = filter.group ?? consumerGroupOf(config);
  return await log.groups.deadLetters({ ...filter, group, ids, limit });
}

/** @throws UserError "group 'spacer-shop' has no dead letter 17" */
export async function findLetters(
  opened: Opened,
  filter: LetterFilter,
  ids: readonly string[],
): Promise<readonly DeadLetter[]> {
  const letters = await listLetters(opened, filter, { ids });
  const found = new Set(letters.map(({ id }) => id));
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length === 0) return letters;
  const group = filter.group ?? consumerGroupOf(opened.config);
  throw new UserError(
    `group '${group}' has no dead letter ${missing.join(", ")}`,
    "'spacer dlq list' shows those it has; --group chooses another group",
  );
}

export interface LetterSelection extends LetterFilter {
  readonly ids: readonly string[];
  /** All that pass the filter, in place of ids. */
  readonly all: boolean;
}

/** @param name Of the command: "dlq drop". @throws UserError unless there are either ids or `all` */
export function checkSelection(name: string, { ids, all }: LetterSelection): void {
  if (ids.length > 0 === all) {
    const what = all ? "takes either IDs or --all" : "needs IDs or --all";
    throw new UserError(`'spacer ${name}' ${what}`, "'spacer dlq list' shows the IDs");
  }
}

/** @throws UserError for ids that there are not */
export function selectLetters(
  opened: Opened,
  selection: LetterSelection,
): Promise<readonly DeadLetter[]> {
  const { ids, all, ...filter } = selection;
  return all ? listLetters(opened, filter) : findLetters(opened, filter, ids);
}

/** "1 dead letter", "2 dead letters" */
export function countLetters(count: number): string {
  return count === 1 ? "1 dead letter" : `${String(count)} dead letters`;
}
