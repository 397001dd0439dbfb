/** A REPL at a terminal that is none, for what the guide types at one. */
import { PassThrough, Writable } from "node:stream";
import { join } from "node:path";
import type { TestCli } from "../context.testkit.ts";
import { waitFor } from "../context.testkit.ts";
import { runCli } from "../runCli.ts";

/**
 * Types the lines of a transcript that stand behind `> ` and `>> `.
 *
 * @param words Of the command: ["run"].
 * @returns The transcript as it is: what was typed, behind its prompts, and what was printed.
 */
export async function typeTranscript(
  cli: TestCli,
  words: readonly string[],
  transcript: string,
): Promise<string> {
  const input = new PassThrough();
  let screen = "";
  const output = new Writable({
    write(piece: Buffer | string, _encoding, done) {
      screen += piece.toString();
      done();
    },
  });
  Object.assign(output, { columns: 200 });
  const exitCode = runCli(words, {
    ...cli.context,
    env: { ...cli.context.env, NO_COLOR: "1", XDG_STATE_HOME: join(cli.cwd, "state") },
    isTyped: true,
    openTerminal: () => ({
      input,
      output,
      setRawMode: () => undefined,
      watchInterrupts: () =>
        Promise.resolve({ count: 0, listener: undefined, close: () => undefined }),
      close: () => undefined,
    }),
  });
  /** Waits for the next prompt. @returns It, and what was printed before. */
  const prompted = async (): Promise<{ readonly prompt: string; readonly printed: string }> => {
    const end = /\x1b\[0J(>>? )\x1b\[\d+G$/;
    await waitFor(
      () => end.test(screen),
      () => JSON.stringify([screen, cli.out, cli.err]),
    );
    const [, prompt = ""] = end.exec(screen) ?? [];
    screen = "";
    const printed = cli.out + cli.err;
    cli.clear();
    return { prompt, printed };
  };
  try {
    let { prompt, printed: shown } = await prompted();
    for (const [, line = ""] of transcript.matchAll(/^>>? (.*)$/gm)) {
      shown += `${prompt}${line}\n`;
      input.write(`${line}\r`);
      const next = await prompted();
      shown += next.printed;
      prompt = next.prompt;
    }
    return shown;
  } finally {
    input.write("\x04");
    await exitCode;
  }
}
