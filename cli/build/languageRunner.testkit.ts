/** Runs many Lua programs of one bundle, each in a state of its own: what language.test.ts starts in a process of its own. */
import type { HostFile, LuaSyntaxError } from "../../runtime/host.ts";
import { allLibraries, LuaError, plainText, type DialectName } from "../../runtime/index.ts";
import type { BundledProgram } from "../bundled/bundle.ts";
import { bundledCompiler } from "../bundled/compiler.ts";
import { openBundledState } from "../bundled/nodeState.ts";

export interface RunCase {
  /** Its folder, which is the current one for the program. */
  readonly folder: string;
  readonly dialect: DialectName;
}

export interface RunResult {
  readonly output: string;
  /** The message of the error that it ended with. */
  readonly error: string | undefined;
}

/** Thrown through a program that calls `os.exit`. */
const ENDED = new Error("the program has ended");

/** What the bundle has: files one for each case, and all helpers. */
export interface CasesBundle extends BundledProgram {
  readonly helpers: object;
}

export async function runCases(
  cases: readonly RunCase[],
  { chunks, positions, helpers }: CasesBundle,
): Promise<RunResult[]> {
  const results: RunResult[] = [];
  for (const [index, { folder, dialect }] of cases.entries()) {
    // All are called main.lua, so each sees its own only; places are told by indexes among all.
    const own = chunks.map((chunk, each) =>
      each === index ? chunk : { chunkName: `=${String(each)}`, source: "" },
    );
    results.push(await runCase(folder, dialect, { chunks: own, positions, helpers }));
  }
  return results;
}

async function runCase(
  folder: string,
  dialect: DialectName,
  program: CasesBundle,
): Promise<RunResult> {
  const written: string[] = [];
  const output = sink(written);
  const state = openBundledState(
    {
      program,
      libraries: allLibraries(dialect),
      helpers: program.helpers,
      compiler: bundledCompiler,
    },
    {
      dialect,
      context: {
        cwd: folder,
        standardFiles: { stdin: sink([]), stdout: output, stderr: sink([]) },
      },
      adapt: (host) => ({
        ...host,
        process: {
          ...host.process,
          exit: () => {
            throw ENDED;
          },
        },
      }),
    },
  );
  const end = (thrown: unknown): RunResult => {
    const isError = thrown instanceof LuaError;
    const { isLuaSyntaxError, message } = (thrown ?? {}) as Partial<LuaSyntaxError>;
    if (isLuaSyntaxError === true) {
      return { output: written.join(""), error: message };
    }
    if (thrown !== undefined && !isError && thrown !== ENDED)
      throw new Error("a bug of ours", { cause: thrown });
    const error = isError ? plainText(thrown.value) : undefined;
    return { output: written.join(""), error };
  };
  try {
    const source = state.host.files.read("main.lua");
    if (typeof source !== "string") throw new Error("the bundle has no main.lua");
    await state.run(state.load(source, "@main.lua"));
    state.close();
    return end(undefined);
  } catch (thrown) {
    state.close();
    return end(thrown);
  }
}

function sink(pieces: string[]): HostFile {
  return {
    read: () => "",
    write: (bytes) => {
      pieces.push(bytes);
      return undefined;
    },
    seek: () => ({ message: "Illegal seek", errno: 29 }),
    flush: () => undefined,
    close: () => undefined,
  };
}
