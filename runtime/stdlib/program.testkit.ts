/** Lua programs that wait until a test says that they may go on. */
import { openLuaState } from "../../cli/luaState.ts";
import type { InvocationLimits } from "../core/invocation.ts";
import type { DialectName, LuaState } from "../core/state.ts";
import { waitUntil, type Waiter } from "../core/suspend.ts";
import { startTask, type Run } from "../core/task.testkit.ts";
import { plainText } from "../core/toText.ts";
import type { LuaValue } from "../core/value.ts";
import type { Host, HostFile } from "../host.ts";

export interface TestProgram {
  readonly state: LuaState;
  /** Everything printed so far. */
  readonly output: () => string;
  /** Starts a chunk as a task of its own. */
  readonly start: (source: string, ...values: LuaValue[]) => Run;
  /** Goes on with who called `wait(name)`, with these results. */
  readonly wake: (name: string, ...values: LuaValue[]) => Promise<void>;
  /** Raises an error there. */
  readonly fail: (name: string, error: unknown) => Promise<void>;
}

export interface TestProgramOptions {
  readonly dialect?: DialectName;
  readonly files?: Readonly<Record<string, string>>;
  readonly limits?: InvocationLimits;
}

export function createProgram(options: TestProgramOptions = {}): TestProgram {
  let written = "";
  const write = (bytes: string): undefined => {
    written += bytes;
    return undefined;
  };
  const { dialect = "luajit", files = {}, limits } = options;
  const adapt = (host: Host): Host => ({
    ...host,
    files: {
      ...host.files,
      stdout: { write, flush: () => undefined } as unknown as HostFile,
      exists: (path) => path in files,
      read: (path) => files[path] ?? { message: "No such file or directory", errno: 2 },
    },
  });
  const context = { cwd: __dirname, standardFiles: undefined };
  const state = openLuaState({ dialect, context, adapt });
  const waiters = new Map<LuaValue, Waiter>();
  state.globals.setString("wait", (name) =>
    waitUntil((waiter) => {
      waiters.set(name, waiter);
      return () => waiters.delete(name);
    }),
  );
  const tell = async (name: string, run: (waiter: Waiter) => void): Promise<void> => {
    const waiter = waiters.get(name);
    if (waiter === undefined) throw new Error(`nobody waits for ${name}`);
    waiters.delete(name);
    run(waiter);
    await microtasks();
  };
  return {
    state,
    output: () => written,
    start: (source, ...values) => {
      const { task, outcome } = startTask(state, source, { values, limits });
      return { task, outcome: () => withText(outcome()) };
    },
    wake: (name, ...values) => tell(name, (waiter) => waiter.wake(values)),
    fail: (name, error) => tell(name, (waiter) => waiter.fail(error)),
  };
}

/** What a program prints that does not wait for the test. */
export function outputOf(source: string, options?: TestProgramOptions): string {
  const { start, output } = createProgram(options);
  expect(start(source).outcome()).toEqual(["ended"]);
  return output();
}

/** An outcome with the text of its error. */
function withText([kind, ...values]: readonly unknown[]): readonly unknown[] {
  return [kind, ...(kind === "failed" ? values.map(textOf) : values)];
}

/** Lua errors and `Stopped` by their text; bugs as they are. */
function textOf(error: unknown): unknown {
  if (typeof error !== "object" || error === null) return error;
  const { value, message } = error as { value?: LuaValue; message?: unknown };
  return value === undefined ? message : plainText(value);
}

async function microtasks(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
