/** `spacer run` as a program of its own, with the manners of `lua`. */
import { existsSync, realpathSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import type { CommandContext } from "./command.ts";
import { runCommand } from "./commands/run.ts";
import { describeFailure, EXIT_FAILURE, UsageError } from "./errors.ts";
import { theHelp } from "./parts.lazy.ts";
import { styleFor } from "./style.ts";

/**
 * Runs it with the words behind its name. Never rejects: failures are printed.
 *
 * @returns The exit code.
 */
export async function runLua(words: readonly string[], context: CommandContext): Promise<number> {
  try {
    if (words[0] === "--help") {
      const { description } = runCommand;
      context.stdout.write(
        theHelp().describeCommand(description, styleFor(context.stdout, context.env)),
      );
      return 0;
    }
    return await runCommand.execute(words, context);
  } catch (thrown) {
    if (thrown instanceof UsageError) {
      // The usage first, as tools that ask `lua` for it expect.
      context.stderr.write(usage(context.luaName));
      context.stderr.write(`${context.luaName}: ${thrown.message}\n`);
      return EXIT_FAILURE;
    }
    const { text, exitCode } = describeFailure(thrown, context.env["SPACER_DEBUG"] === "1");
    context.stderr.write(text);
    return exitCode;
  }
}

function usage(name: string): string {
  const { optionRows, table } = theHelp();
  // `-h` is no option of `lua`, and programs that look for one are not to find it.
  const rows = optionRows(runCommand.description).map(([option = "", ...rest]) => [
    option.replace("-h, ", "    "),
    ...rest,
  ]);
  return `usage: ${name} [options]... [script [args]...].\nAvailable options are:\n${table(rows)}\n`;
}

/**
 * The word that starts this executable again: its name alone where that is what the shell finds.
 *
 * @param path What it was started as: links are not followed.
 * @param searchPath The environment variable PATH.
 */
export function programName(path: string, searchPath = ""): string {
  const name = basename(path);
  const target = realpath(path);
  for (const folder of searchPath.split(delimiter)) {
    const candidate = join(folder, name);
    // Asked first, as the error for what is not there takes longer than all else here.
    const found = existsSync(candidate) ? realpath(candidate) : undefined;
    if (found !== undefined) return found === target ? name : path;
  }
  return path;
}

function realpath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}
