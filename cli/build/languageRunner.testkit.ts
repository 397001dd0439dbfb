/** Runs many Lua programs of one bundle, each in a state of its own: what language.test.ts starts in a process of its own. */
import type { HostFile, LuaSyntaxError } from "../../runtime/host.ts";
import { allLibraries, LuaError, plainText, type DialectName } from "../../runtime/index.ts";
import * as helpers from "../../runtime/helpers/index.ts";
import type { BundledFile } from "../bundled/bundle.ts";
import { bundledCompiler } from "../bundled/compiler.ts";
import { openBundledState } from "../bundled/nodeState.ts";

export interface RunCase {
  /** Its folder, which is the current one for the program. */
  readonly folder: string;
  readonly dialect: DialectName;
}

export interface RunResult {
  readonly output: string;
  /** The message of the error that it ended with, and its traceback. */
  readonly error: string | undefined;
  readonly traceback: string | undefined;
}

class Ended {}

/** @param chunks One for each case. */
export async function runCases(
  cases: readonly RunCase[],
  chunks: readonly BundledFile[],
  positions: () => string,
): Promise<RunResult[]> {
  const results: RunResult[] = [];
  for (const [index, { folder, dialect }] of cases.entries()) {
    // All are called main.lua, so each sees its own only; places are told by indexes among all.
    const own = chunks.map((chunk, each) =>
      each === index ? chunk : { chunkName: `=${String(each)}`, source: "" },
    );
    results.push(await runCase(folder, dialect, { chunks: own, positions }));
  }
  return results;
}

async function runCase(
  folder: string,
  dialect: DialectName,
  program: { readonly chunks: readonly BundledFile[]; readonly positions: () => string },
): Promise<RunResult> {
  const written: string[] = [];
  const output = sink(written);
  const state = openBundledState(
    { program, libraries: allLibraries(dialect), helpers, compiler: bundledCompiler },
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
            // eslint-disable-next-line @typescript-eslint/only-throw-error -- no error, an end
            throw new Ended();
          },
        },
      }),
    },
  );
  const end = (thrown: unknown): RunResult => {
    const isError = thrown instanceof LuaError;
    const { isLuaSyntaxError, message } = (thrown ?? {}) as Partial<LuaSyntaxError>;
    if (isLuaSyntaxError === true) {
      return { output: written.join(""), error: message, traceback: undefined };
    }
    if (thrown !== undefined && !isError && !(thrown instanceof Ended)) throw thrown;
    const error = isError ? plainText(thrown.value) : undefined;
    return { output: written.join(""), error, traceback: isError ? thrown.traceback : undefined };
  };
  try {
    const source = state.host.files.read("main.lua");
    if (typeof source !== "string") throw new Error("the bundle has no main.lua");
    await state.run(state.load(source, "@main.lua"));
    state.close();
    return end(undefined);
  } catch (thrown) {
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
