/** One call of `spacer test`: which files run, how, and what is told of them. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandContext } from "../command.ts";
import { codeFrame, formatFrame } from "../dev/codeFrame.ts";
import { projectFiles } from "../dev/projectFiles.ts";
import { UserError } from "../errors.ts";
import { styleFor } from "../style.ts";
import { jsonReport } from "./jsonReport.ts";
import { runFiles, type FilesOutcome } from "./runFiles.ts";
import { patternArguments, selectTests } from "./selection.ts";
import { joinedSink, KeptOutput, plainSink } from "./sinks.ts";
import { failuresOf, summarize } from "./summary.ts";

export interface TestSettings {
  /** Absolute path. */
  readonly root: string;
  /** Files, and tests within them; all of them if there are none. */
  readonly names: readonly string[];
  /** A Lua pattern for the names of tests. */
  readonly filter: string | undefined;
  readonly format: "tap" | "text" | "json";
  readonly jobs: number;
  readonly isBailing: boolean;
  readonly isVerbose: boolean;
  readonly hasDebugAccess: boolean;
  /** Of each file. */
  readonly timeoutMs: number;
}

/** What came of a run. */
export interface RunResult {
  readonly isSuccess: boolean;
  /** How many tests ran; `undefined` when the format does not tell. */
  readonly testCount: number | undefined;
  readonly failed: ReadonlySet<string>;
  /** Which files of the project each file that ran depends on. */
  readonly loaded: ReadonlyMap<string, ReadonlySet<string>>;
}

/** How many lines are shown around one that failed. */
const FRAME_REACH = 1;

export class TestSession {
  private readonly settings: TestSettings;
  private readonly context: CommandContext;

  constructor(settings: TestSettings, context: CommandContext) {
    this.settings = settings;
    this.context = context;
  }

  /** All files that are to run. @throws UserError when there are none */
  files(): readonly string[] {
    return selectTests(this.settings.root, this.settings.names).files;
  }

  /** Runs files, and tells how they ended. */
  async run(files: readonly string[]): Promise<RunResult> {
    const folder = mkdtempSync(join(tmpdir(), "spacer-test-"));
    try {
      const lists = files.map((_, index) => join(folder, `${String(index)}.json`));
      const { outcome, testCount } = await this.runAndTell(files, lists);
      const failed = outcome.outcomes.filter((each) => failuresOf(each).length > 0);
      return {
        isSuccess: failed.length === 0 && outcome.notRun.length === 0,
        testCount,
        failed: new Set([...failed.map(({ file }) => file), ...outcome.notRun]),
        loaded: new Map(files.map((file, index) => [file, readList(lists[index] as string)])),
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** @throws UserError when names or a filter select none of the tests */
  checkSelection({ isSuccess, testCount }: RunResult): void {
    const { root, names, filter } = this.settings;
    if (!isSuccess || testCount !== 0) return;
    const { tests } = selectTests(root, names);
    if (tests.length > 0) {
      throw new UserError(`no test is called ${tests.map((name) => `'${name}'`).join(" or ")}`);
    }
    if (filter !== undefined) {
      throw new UserError(
        `no test has a name that matches '${filter}'`,
        "the names are those in the output, such as testT.test_ret; the pattern is one of Lua",
      );
    }
  }

  private async runAndTell(
    files: readonly string[],
    lists: readonly string[],
  ): Promise<{ outcome: FilesOutcome; testCount: number | undefined }> {
    const { context, settings } = this;
    const { root, format, jobs, isBailing, isVerbose, hasDebugAccess, timeoutMs } = settings;
    const { stdout, stderr, env } = context;
    const kept = format === "json" ? new KeptOutput(stderr) : undefined;
    const isJoined = format === "tap" && files.length > 1;
    const sink = kept ?? (isJoined ? joinedSink(context) : plainSink(context, files.length > 1));
    const words = this.words();
    const outcome = await runFiles(
      {
        files,
        jobs,
        isBailing,
        sink,
        optionsFor: (file, index) => ({
          root,
          file,
          words,
          printsTap: format !== "text",
          hasDebugAccess,
          isBailing,
          timeoutMs,
          loadedList: lists[index],
        }),
      },
      context,
    );
    if (context.signal.aborted) return { outcome, testCount: undefined };
    sink.close();
    const { text, testCount } = summarize(outcome.outcomes, {
      style: styleFor(stdout, env),
      notRun: outcome.notRun,
      frameOf: (file, line) => this.frameOf(file, line),
      showsSlowest: isVerbose,
    });
    if (kept !== undefined) stdout.write(jsonReport(outcome, kept.texts));
    else if (format === "tap") stdout.write(text);
    return { outcome, testCount: format === "text" ? undefined : testCount };
  }

  /** For luaunit. */
  private words(): string[] {
    const { root, names, filter, format, isVerbose, isBailing } = this.settings;
    const words = ["-o", format === "text" ? "text" : "tap"];
    words.push(...patternArguments(selectTests(root, names).tests));
    if (filter !== undefined) words.push("-p", filter);
    if (isVerbose) words.push("-v");
    if (isBailing) words.push("-f");
    return words;
  }

  private frameOf(file: string, line: number): readonly string[] {
    const { stdout, env } = this.context;
    const bytes = projectFiles(this.settings.root).read(file);
    const frame = bytes === undefined ? undefined : codeFrame(bytes, { file, line }, FRAME_REACH);
    return frame === undefined ? [] : formatFrame(frame, styleFor(stdout, env));
  }
}

/** Files of the project that a test file has read, or looked for; none when it did not live to tell. */
function readList(path: string): ReadonlySet<string> {
  try {
    return new Set(JSON.parse(readFileSync(path, "utf8")) as readonly string[]);
  } catch {
    return new Set();
  }
}
