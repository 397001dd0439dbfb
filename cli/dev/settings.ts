/** Settings as they are saved. */
import { fromBytes } from "../bytes.ts";
import type { CommandContext } from "../command.ts";
import { parseConfig, readConfig, type ProjectConfig } from "../config.ts";
import { UserError } from "../errors.ts";

/** @param content In bytes; `undefined` when there is no file, or none that can be read. @throws UserError */
export function settingsFrom(
  content: string | undefined,
  root: string,
  env: CommandContext["env"],
): ProjectConfig {
  return content === undefined
    ? readConfig(root, env)
    : parseConfig(fromBytes(content), env).config;
}

/** Whether reading something raises no error. */
export function isRight(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (thrown) {
    if (thrown instanceof UserError) return false;
    throw thrown;
  }
}

/** Whether two settings make the same of a state: what it may read, and its dictionaries. */
export function hasSameState(...settings: readonly [ProjectConfig, ProjectConfig]): boolean {
  const [one, other] = settings.map(({ envVar, sharedDicts }) =>
    JSON.stringify([envVar, [...sharedDicts]]),
  );
  return one === other;
}
