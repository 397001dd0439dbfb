/** A consumer group that a command is about. */
import type { GroupDescription, LogStorage } from "../../runtime/topics/index.ts";
import { UserError } from "../errors.ts";
import { suggest } from "../suggestion.ts";

/** @throws UserError "there is no group 'x'" */
export async function findGroup(log: LogStorage, name: string): Promise<GroupDescription> {
  const group = await log.groups.describe(name);
  if (group !== undefined) return group;
  const names = (await log.groups.list()).map((each) => each.name);
  throw new UserError(
    `there is no group '${name}'`,
    names.length === 0
      ? "a group is there from when the first process took part in it"
      : suggest(name, names, "groups"),
  );
}
