/** Runs Lua programs on a clock that the test winds. */
import { openLuaState } from "../../../cli/luaState.ts";
import type { InvocationLimits } from "../../core/invocation.ts";
import type { DialectName, LuaState } from "../../core/state.ts";
import { startTask, type Run } from "../../core/task.testkit.ts";
import { plainText } from "../../core/toText.ts";
import type { Host, HostClock, HostFile } from "../../host.ts";

export interface TestProgram {
  readonly state: LuaState;
  readonly clock: TestClock;
  /** Lines that `print` wrote. */
  readonly lines: readonly string[];
  /** What was written to standard error. */
  readonly errors: () => string;
  /** Starts a program, with limits or without. */
  start(source: string, limits?: InvocationLimits): Run;
}

export interface ProgramOptions {
  readonly dialect?: DialectName;
  /** Whether its code is suspended again and again, for nothing. */
  readonly isPreempted?: boolean;
}

export function createProgram(options: ProgramOptions = {}): TestProgram {
  const { dialect = "openresty", isPreempted = false } = options;
  const clock = new TestClock();
  const errors = collector();
  const context = { cwd: __dirname, standardFiles: undefined };
  const adapt = (host: Host): Host => ({
    ...host,
    clock,
    files: { ...host.files, stderr: errors.file },
    compile: (source, chunkName, chunkOptions) =>
      host.compile(source, chunkName, {
        ...chunkOptions,
        ...(isPreempted ? { suspension: "everywhere" } : {}),
      }),
  });
  const state = openLuaState({
    dialect,
    context,
    adapt,
    ...(isPreempted ? { preempter: createPreempter() } : {}),
  });
  const lines: string[] = [];
  state.globals.setString("print", (...values) => {
    lines.push(values.map(plainText).join(" "));
    return undefined;
  });
  return {
    state,
    clock,
    lines,
    errors: errors.text,
    start: (source, limits) => startTask(state, source, { limits }),
  };
}

/** Runs a program until nothing is left to happen, also while preempted; what it printed. */
export function run(source: string, dialect: DialectName = "openresty"): readonly string[] {
  const programs = [false, true].map((isPreempted) => {
    const program = createProgram({ dialect, isPreempted });
    const { outcome } = program.start(source);
    program.clock.runAll();
    expect(outcome()[0]).toBe("ended");
    expect(program.errors()).toBe("");
    return program.lines;
  });
  expect(programs[1]).toEqual(programs[0]);
  return programs[0] ?? [];
}

/** At random, but the same way in every run. */
function createPreempter(): () => boolean {
  let random = 1;
  return () => {
    random = (random * 16807) % 2147483647;
    return random % 3 === 0;
  };
}

interface Planned {
  readonly dueMs: number;
  readonly callback: () => void;
  readonly isBackground: boolean;
}

/** A clock that stands still while code runs. */
export class TestClock implements HostClock {
  private timeMs = 1_000_000;
  private readonly planned = new Set<Planned>();

  nowMs(): number {
    return this.timeMs;
  }

  cpuSeconds(): number {
    return 0;
  }

  after(delayMs: number, callback: () => void, isBackground: boolean): () => void {
    const planned = { dueMs: this.timeMs + Math.max(0, delayMs), callback, isBackground };
    this.planned.add(planned);
    return () => {
      this.planned.delete(planned);
    };
  }

  /** How many callbacks are to come: all of them, and those that keep the process alive. */
  get pending(): { readonly all: number; readonly foreground: number } {
    const all = [...this.planned];
    return { all: all.length, foreground: all.filter((each) => !each.isBackground).length };
  }

  /** Lets time pass: what is due meanwhile is called, in order. */
  advance(milliseconds: number): void {
    const untilMs = this.timeMs + milliseconds;
    for (let next = this.next(untilMs); next !== undefined; next = this.next(untilMs)) {
      this.call(next);
    }
    this.timeMs = untilMs;
  }

  /** Until nothing is left that keeps the process alive. */
  runAll(): void {
    while (this.pending.foreground > 0) {
      const next = this.next(Infinity);
      if (next !== undefined) this.call(next);
    }
  }

  private call(planned: Planned): void {
    this.planned.delete(planned);
    this.timeMs = Math.max(this.timeMs, planned.dueMs);
    planned.callback();
  }

  private next(untilMs: number): Planned | undefined {
    let first: Planned | undefined;
    for (const planned of this.planned) {
      if (planned.dueMs <= untilMs && (first === undefined || planned.dueMs < first.dueMs)) {
        first = planned;
      }
    }
    return first;
  }
}

function collector() {
  let text = "";
  const file = {
    write: (bytes: string) => {
      text += bytes;
      return undefined;
    },
    flush: () => undefined,
  } as unknown as HostFile;
  return { file, text: () => text };
}
