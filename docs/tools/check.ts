/**
 * `npm run check`: everything a change must pass. Runs two checks at a time, as many as the smallest
 * machine we care for has cores, and shows the output of those that fail.
 */
import { spawn } from "node:child_process";
import { root } from "./package.ts";

interface Check {
  readonly name: string;
  readonly command: readonly string[];
}

/** The longest first, so that the others fit beside it. */
const CHECKS: readonly Check[] = [
  { name: "tests", command: ["npm", "test", "--silent"] },
  { name: "lint", command: ["npm", "run", "--silent", "lint"] },
  { name: "types", command: ["npx", "tsc", "--project", "."] },
  { name: "format", command: ["npx", "prettier", "--check", "--log-level=warn", "."] },
  { name: "derived files", command: ["npm", "run", "--silent", "generate", "--", "--check"] },
];
const AT_ONCE = 2;

const waiting = [...CHECKS];
const failed: string[] = [];
await Promise.all(Array.from({ length: AT_ONCE }, work));
process.stdout.write(
  failed.length === 0 ? "All checks passed.\n" : `Failed: ${failed.join(", ")}.\n`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

async function work(): Promise<void> {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    const startedMs = performance.now();
    const { exitCode, output } = await run(check.command);
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    if (exitCode === 0) {
      process.stdout.write(`ok      ${check.name} (${seconds} s)\n`);
    } else {
      failed.push(check.name);
      process.stdout.write(`FAILED  ${check.name} (${seconds} s): ${check.command.join(" ")}\n`);
      process.stdout.write(output.replaceAll(/^(?=.)/gm, "    "));
    }
  }
}

function run([program = "", ...words]: readonly string[]): Promise<{
  readonly exitCode: number | null;
  readonly output: string;
}> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    child.on("error", reject).on("close", (exitCode) => {
      resolve({ exitCode, output });
    });
  });
}
