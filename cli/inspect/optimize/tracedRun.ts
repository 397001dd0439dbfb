/** The other side of `hotRun`: starts it in a process that logs what V8 does, and reads the log. */
import { spawn } from "node:child_process";
import { createReadStream, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { CommandContext } from "../../command.ts";
import { UserError } from "../../errors.ts";
import { CodeHistoryReader, type CodeHistory } from "./codeHistory.ts";
import type { HotRunMessage, HotRunReport } from "./hotRun.ts";
import { readLogLine } from "./v8Log.ts";

/** Tells the command, in the environment, that it is the traced process. */
const TRACED_VARIABLE = "SPACER_INSPECT_TRACED";

/** Whether this is the traced process, the first time it is asked: what it starts is none. */
export function takeTraced(env: CommandContext["env"]): boolean {
  const isTraced = env[TRACED_VARIABLE] === "1";
  for (const each of [env, process.env]) Reflect.deleteProperty(each, TRACED_VARIABLE);
  return isTraced;
}

/** Starting, and loading the project, may take that long beside the time that was asked for. */
const GRACE_MS = 20_000;
/** What the function opened (a connection, a timer) must not keep the process. */
const ENDING_MS = 500;

export interface TracedRun {
  /** `undefined` when the process ended, or had to be ended, without one. */
  readonly report: HotRunReport | undefined;
  /** What it wrote to standard error. */
  readonly errorText: string;
  readonly history: CodeHistory;
}

export interface TracedRunOptions {
  /** The words of this same command. */
  readonly words: readonly string[];
  /** `Infinity` for a run that ends by itself. */
  readonly seconds: number;
  readonly onProgress: (calls: number) => void;
}

/** @throws UserError when the process can't be started */
export async function tracedRun(
  options: TracedRunOptions,
  context: CommandContext,
): Promise<TracedRun> {
  const folder = mkdtempSync(join(tmpdir(), "spacer-inspect-"));
  try {
    const { report, errorText } = await runProcess(options, folder, context);
    return { report, errorText, history: await readHistory(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each thread of the process writes a log of its own there, with this at the end of its name. */
const LOG_NAME = "v8.log";

function traceFlags(folder: string): string[] {
  return [
    "--log-code",
    "--log-deopt",
    "--log-source-position",
    "--logfile-per-isolate",
    `--logfile=${join(folder, LOG_NAME)}`,
    // Deoptimizations are printed as well, which must not get among our messages.
    "--redirect-code-traces",
    `--redirect-code-traces-to=${join(folder, "traces")}`,
  ];
}

function runProcess(
  { words, seconds, onProgress }: TracedRunOptions,
  folder: string,
  { self, cwd, env, signal }: CommandContext,
): Promise<Omit<TracedRun, "history">> {
  const [program = "", ...selfWords] = self;
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...traceFlags(folder), ...selfWords, "inspect", ...words], {
      cwd,
      env: { ...env, [TRACED_VARIABLE]: "1" },
      stdio: ["ignore", "pipe", "pipe"],
      signal,
      killSignal: "SIGKILL",
    });
    let report: HotRunReport | undefined;
    let errorText = "";
    const end = (): void => {
      child.kill("SIGKILL");
    };
    let timer = seconds === Infinity ? undefined : setTimeout(end, seconds * 1000 + GRACE_MS);
    createInterface({ input: child.stdout }).on("line", (line) => {
      const message = JSON.parse(line) as HotRunMessage;
      if ("calls" in message) {
        onProgress(message.calls);
        return;
      }
      ({ report } = message);
      clearTimeout(timer);
      timer = setTimeout(end, ENDING_MS);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errorText += text;
    });
    child.on("error", (error) => {
      // Stopped by the signal; `close` follows.
      if (error.name === "AbortError") return;
      clearTimeout(timer);
      reject(new UserError(`can't start a process to trace: ${error.message}`));
    });
    child.on("close", () => {
      clearTimeout(timer);
      resolve({ report, errorText });
    });
  });
}

/** Lua runs in one thread: the logs of others tell of no Lua, but don't hurt. */
async function readHistory(folder: string): Promise<CodeHistory> {
  const histories: CodeHistory[] = [];
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(LOG_NAME)) continue;
    const reader = new CodeHistoryReader();
    const input = createReadStream(join(folder, name), "latin1");
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      const record = readLogLine(line);
      if (record !== undefined) reader.read(record);
    }
    histories.push(reader.finish());
  }
  return {
    v8Version: histories.find(({ v8Version }) => v8Version !== undefined)?.v8Version,
    functions: histories.flatMap(({ functions }) => functions),
    disabled: histories.flatMap(({ disabled }) => disabled),
    hasInlining: histories.some(({ hasInlining }) => hasInlining),
  };
}
