/**
 * A state for unit tests of libraries. There is no compiler: the "Lua source" of a chunk is the body
 * of a JavaScript function that gets `$env` and returns the main function, and `x x` is a syntax
 * error.
 */
import { settleAll } from "../../core/call.ts";
import { LuaState, type DialectName } from "../../core/state.ts";
import type { ChunkFactory, Host, HostFile, HostFiles, LuaSyntaxError } from "../../host.ts";
import type { LuaValue } from "../../core/value.ts";
import { openBase } from "./index.ts";
import { pcall } from "./errors.ts";

type Call = (callee: LuaValue, ...values: LuaValue[]) => readonly LuaValue[];

export interface TestState {
  readonly state: LuaState;
  /** Everything written to the standard output so far. */
  readonly output: () => string;
  /** All results of a call from outside any function. */
  readonly run: Call;
  /** What `pcall(callee, ...)` returns: what LuaJIT prints for `print(pcall(callee, ...))`. */
  readonly protect: Call;
  /** The same for a basic function, by its name. */
  readonly call: (name: string, ...values: LuaValue[]) => readonly LuaValue[];
}

export interface TestStateOptions {
  readonly dialect?: DialectName;
  /** Contents by path; `undefined` is a folder. */
  readonly files?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  readonly environmentVariables?: Readonly<Record<string, string>>;
  readonly builtinModules?: Readonly<Record<string, string>>;
}

/** The host of a test state, which writes nowhere but to `output`. */
export function createTestHost(options: TestStateOptions = {}): {
  host: Host;
  output: () => string;
} {
  let written = "";
  const write = (bytes: string): void => {
    written += bytes;
  };
  const host = {
    compile,
    instantiate: (code: string) =>
      // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the tests' own code
      new Function("$rt", "$script", "$env", code) as ChunkFactory,
    builtinModuleSource: (name: string) => options.builtinModules?.[name],
    files: createFiles(options, write),
    process: {
      environmentVariable: (name: string) => options.environmentVariables?.[name],
    },
    collector: {
      memoryBytes: () => 3 * 1024 * 1024 + 512,
      collect: () => undefined,
      releaseWeakTargets: () => undefined,
    },
    clock: { nowMs: () => 0, cpuSeconds: () => 0 },
    randomBytes: (sizeBytes: number) => "\x07".repeat(sizeBytes),
  } as unknown as Host;
  return { host, output: () => written };
}

export function createTestState(options: TestStateOptions = {}): TestState {
  const { host, output } = createTestHost(options);
  const state = new LuaState({ host, dialect: options.dialect ?? "luajit", helpers: {} });
  openBase(state);
  const run: Call = (callee, ...values) => state.call(callee, ...values);
  return {
    state,
    output,
    run,
    protect: (callee, ...values) => run(pcall, callee, ...values),
    call: (name, ...values) => run(pcall, state.globals.getString(name), ...values),
  };
}

/** Results as an array, for functions that are called inside a running state. */
export function allResults(results: ReturnType<typeof pcall>): readonly LuaValue[] {
  const settled = settleAll(results);
  if (settled === null) throw new Error("suspended");
  return settled;
}

function compile(source: string, chunkName: string) {
  if (source.endsWith("x x")) {
    const name = /^[@=]/.test(chunkName) ? chunkName.slice(1) : `[string "${chunkName}"]`;
    const message = `${name}:1: '=' expected near 'x'`;
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- what Host.compile must throw
    throw { isLuaSyntaxError: true, message } satisfies LuaSyntaxError;
  }
  return { code: source, sites: [], functions: [] };
}

function createFiles(options: TestStateOptions, write: (bytes: string) => void): HostFiles {
  const contents = new Map(Object.entries(options.files ?? {}));
  let unread = options.stdin ?? "";
  return {
    read: (path: string) => {
      if (!contents.has(path)) return { message: "No such file or directory", errno: 2 };
      return contents.get(path) ?? { message: "Is a directory", errno: 21 };
    },
    exists: (path: string) => contents.has(path),
    stdin: {
      read: () => {
        const piece = unread.slice(0, 3);
        unread = unread.slice(3);
        return piece;
      },
    } as unknown as HostFile,
    stdout: { write } as unknown as HostFile,
  } as unknown as HostFiles;
}
