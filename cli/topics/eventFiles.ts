/** Where exports go, and imports come from: files, or standard input and output. */
import { open, type FileHandle } from "node:fs/promises";
import { addAbortSignal, type Readable } from "node:stream";
import { resolve } from "node:path";
import type { CommandContext } from "../command.ts";
import { systemErrorCode, systemErrorText, UserError } from "../errors.ts";
import { writeSlowly } from "../writing.ts";
import { readLines, type Line } from "./readLines.ts";

export interface LineSource {
  /** For messages. */
  readonly name: string;
  /** Read once. Throws UserError when it can't be read, or `context.signal` is aborted. */
  readonly lines: AsyncIterable<Line>;
  close(): Promise<void>;
}

/** @param file `undefined` for standard input. @throws UserError when it can't be opened */
export async function openSource(
  file: string | undefined,
  context: CommandContext,
): Promise<LineSource> {
  const name = file ?? "standard input";
  const handle = file === undefined ? undefined : await openFile(file, context, "r");
  const stream = handle?.createReadStream({ autoClose: false }) ?? context.stdin;
  return {
    name,
    lines: interruptible(stream, name, context.signal),
    close: async () => {
      stream.destroy();
      await handle?.close();
    },
  };
}

async function* interruptible(
  stream: Readable,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Line> {
  addAbortSignal(signal, stream);
  try {
    yield* readLines(stream, name);
  } catch (thrown) {
    if (signal.aborted) throw new UserError("interrupted");
    throw explain(thrown, `can't read ${name}`);
  }
}

export interface TextSink {
  /** Resolves when more may come. @throws UserError */
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

/** @param file `undefined` for standard output. @throws UserError when it can't be opened */
export async function openSink(
  file: string | undefined,
  context: CommandContext,
): Promise<TextSink> {
  if (file === undefined) {
    return {
      write: (text) => writeSlowly(context.stdout, text),
      close: () => Promise.resolve(),
    };
  }
  const handle = await openFile(file, context, "w");
  return {
    async write(text) {
      try {
        await handle.writeFile(text);
      } catch (thrown) {
        throw explain(thrown, `can't write ${file}`);
      }
    },
    close: () => handle.close(),
  };
}

async function openFile(
  file: string,
  { cwd }: CommandContext,
  mode: "r" | "w",
): Promise<FileHandle> {
  try {
    return await open(resolve(cwd, file), mode);
  } catch (thrown) {
    throw explain(thrown, `can't ${mode === "r" ? "read" : "write"} ${file}`);
  }
}

function explain(thrown: unknown, what: string): unknown {
  if (systemErrorCode(thrown) === undefined) return thrown;
  return new UserError(`${what}: ${systemErrorText(thrown)}`);
}
