/** Opens an address in the browser of whoever sits at this machine. */
import { spawn } from "node:child_process";
import type { CommandContext } from "../command.ts";

/** What opens things, by operating system; on Windows a word of its shell. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

const OTHER_OPENER: readonly [string, ...string[]] = ["xdg-open"];

/** @returns Whether there was a browser, as far as can be told. */
export function openInBrowser(url: string, env: CommandContext["env"]): Promise<boolean> {
  const [program, ...words] = OPENERS[process.platform] ?? OTHER_OPENER;
  return new Promise((resolve) => {
    const child = spawn(program, [...words, url], {
      env,
      stdio: "ignore",
      detached: true,
    });
    child.once("error", () => {
      resolve(false);
    });
    child.once("exit", (code) => {
      resolve(code === 0);
    });
    child.unref();
  });
}
