/**
 * Processes that take part in compiling where there is much to do. They are this program with the command `build`, told by a
 * variable that they are to help. A process of its own has a heap and a collector of its own, which is most of the gain.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { availableParallelism } from "node:os";
import type { CommandContext } from "../command.ts";
import { expectShortLife } from "./engineSettings.ts";
import { compileFile, type CompiledFile, type FileInput } from "./compileFile.ts";

const VARIABLE = "SPACER_BUILD_HELPER";

/** Less than so much source is compiled before another process has started. */
const MIN_BYTES = 400_000;
/** Files that a process gets at a time. */
const BATCH_SIZE = 40;
const MAX_HELPERS = 7;

interface Batch {
  readonly id: number;
  readonly inputs: readonly FileInput[];
}

interface Answer {
  readonly id: number;
  readonly files: readonly CompiledFile[];
}

/** Whether this process is to help another one. */
export function isHelper(env: CommandContext["env"]): boolean {
  return env[VARIABLE] === "1" && process.send !== undefined;
}

/** Compiles what the other process sends, until that goes away. */
export async function helpToCompile(): Promise<number> {
  expectShortLife();
  process.on("message", ({ id, inputs }: Batch) => {
    process.send?.({ id, files: inputs.map(compileFile) } satisfies Answer);
  });
  await new Promise((resolve) => process.once("disconnect", resolve));
  return 0;
}

/**
 * Compiles files in several processes, this one among them.
 *
 * @param compileHere Compiles some in this process, with turns for others.
 */
export async function compileTogether(
  inputs: readonly FileInput[],
  compileHere: (inputs: readonly FileInput[]) => Promise<CompiledFile[]>,
  { self, env, cwd }: Pick<CommandContext, "self" | "env" | "cwd">,
): Promise<CompiledFile[]> {
  const sizeBytes = inputs.reduce((sum, { source }) => sum + source.length, 0);
  const helperCount = Math.min(availableParallelism() - 1, MAX_HELPERS);
  if (sizeBytes < MIN_BYTES) return await compileHere(inputs);
  expectShortLife();
  if (helperCount < 1) return await compileHere(inputs);
  const batches: Batch[] = [];
  for (let start = 0; start < inputs.length; start += BATCH_SIZE) {
    batches.push({ id: batches.length, inputs: inputs.slice(start, start + BATCH_SIZE) });
  }
  const waiting = [...batches];
  const results = new Map<number, readonly CompiledFile[]>();
  const work = async (compile: (batch: Batch) => Promise<readonly CompiledFile[]>) => {
    for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
      results.set(batch.id, await compile(batch));
    }
  };
  const [program = process.execPath, ...words] = self;
  const helpers = Array.from({ length: helperCount }, () =>
    spawn(program, [...words, "build"], {
      cwd,
      env: { ...env, [VARIABLE]: "1" },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      serialization: "advanced",
    }),
  );
  try {
    const helped = helpers.map((helper) =>
      work((batch) => ask(helper, batch).catch(() => compileHere(batch.inputs))),
    );
    await Promise.all([work(({ inputs: own }) => compileHere(own)), ...helped]);
  } finally {
    for (const helper of helpers) helper.kill();
  }
  return batches.flatMap(({ id }) => results.get(id) ?? []);
}

/** Rejects when the helper can't answer. */
function ask(helper: ChildProcess, batch: Batch): Promise<readonly CompiledFile[]> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      helper.off("message", answered).off("exit", failed).off("error", failed);
    };
    const answered = ({ id, files }: Answer): void => {
      if (id !== batch.id) return;
      end();
      resolve(files);
    };
    const failed = (): void => {
      end();
      reject(new Error("a process that compiles has ended"));
    };
    helper.on("message", answered).on("exit", failed).on("error", failed);
    if (helper.connected) helper.send(batch, (error) => error !== null && failed());
    else failed();
  });
}
