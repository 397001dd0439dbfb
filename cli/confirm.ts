/** Asking somebody at a terminal before something is gone for good. */
import { createInterface } from "node:readline/promises";
import type { CommandContext } from "./command.ts";
import { isTerminal } from "./style.ts";

/** Whether there is somebody to ask. */
export function canConfirm({ stdin, stderr }: CommandContext): boolean {
  return isTerminal(stdin) && isTerminal(stderr);
}

/** @param question "Drop 3 dead letters?" @returns Whether the answer was yes; anything else is no. */
export async function confirm(question: string, context: CommandContext): Promise<boolean> {
  const { stdin: input, stderr: output, signal } = context;
  const terminal = createInterface({ input, output });
  const ended = new Promise<string>((resolve) => {
    terminal.once("close", () => resolve("no"));
  });
  try {
    const answered = terminal.question(`${question} [y/N] `, { signal }).catch(() => "no");
    return /^y(?:es)?$/i.test((await Promise.race([answered, ended])).trim());
  } finally {
    terminal.close();
  }
}
