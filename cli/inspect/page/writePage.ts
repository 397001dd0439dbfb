/** Where the page goes. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Writable } from "node:stream";
import type { CommandContext } from "../../command.ts";
import { systemErrorText, UserError } from "../../errors.ts";
import { isTerminal } from "../../style.ts";
import { writeSlowly } from "../../writing.ts";

/** @throws UserError when the page would fill a terminal */
export function checkPageTarget(path: string | undefined, stdout: Writable): void {
  if (path !== undefined || !isTerminal(stdout)) return;
  throw new UserError("a page is nothing for a terminal", "name a file: --html -o page.html");
}

/** @throws UserError "can't write page.html: ..." */
export async function writePage(
  page: string,
  path: string | undefined,
  { cwd, stdout }: CommandContext,
): Promise<void> {
  if (path === undefined) {
    await writeSlowly(stdout, page);
    return;
  }
  try {
    writeFileSync(resolve(cwd, path), page);
  } catch (error) {
    throw new UserError(`can't write ${path}: ${systemErrorText(error)}`);
  }
  stdout.write(`wrote ${path}\n`);
}
