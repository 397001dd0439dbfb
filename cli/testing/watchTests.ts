/** `spacer test --watch`: runs tests, and again those that a save touches, until a key or the signal ends it. */
import type { CommandContext } from "../command.ts";
import { hasKeyboard, listenToKeys } from "../dev/keyboard.ts";
import { watchProject } from "../dev/watcher.ts";
import { WatchedFiles } from "../dev/watchedFiles.ts";
import { UserError } from "../errors.ts";
import { styleFor } from "../style.ts";
import { untilAborted } from "../untilAborted.ts";
import type { RunResult, TestSession } from "./session.ts";
import { touchedTests } from "./touchedTests.ts";

const KEYS_TEXT = "a runs all, f those that failed, Enter the last ones, q quits";

/** @returns The exit code: that of the last run. */
export async function watchTests(
  root: string,
  session: TestSession,
  context: CommandContext,
): Promise<number> {
  const watch = new TestWatch(root, session, context);
  return await watch.run();
}

class TestWatch {
  private readonly root: string;
  private readonly session: TestSession;
  private readonly context: CommandContext;
  private readonly hasKeys: boolean;
  /** Saved since the last run began. */
  private readonly changed = new Set<string>();
  /** What a key asked for. */
  private wanted: "all" | "failed" | "last" | undefined = undefined;
  private isQuitting = false;
  private wake: () => void = () => undefined;
  private failed = new Set<string>();
  private readonly loaded = new Map<string, ReadonlySet<string>>();
  private last: readonly string[] = [];

  constructor(root: string, session: TestSession, context: CommandContext) {
    this.root = root;
    this.session = session;
    this.context = context;
    this.hasKeys = hasKeyboard(context);
  }

  async run(): Promise<number> {
    const { root, context } = this;
    const files = new WatchedFiles(root);
    const watcher = await watchProject({
      root,
      files,
      known: files.readAll(),
      // An editor may empty a file before it writes it.
      isPlausible: (_path, content) => content !== "",
      onChange: (contents) => {
        for (const path of contents.keys()) this.changed.add(path);
        this.wake();
      },
      onError: (error) => {
        context.stderr.write(`spacer: ${error.message}\n`);
      },
    });
    const keyboard = this.hasKeys
      ? listenToKeys(context.stdin, (key) => {
          this.press(key);
        })
      : undefined;
    void untilAborted(context.signal).then(() => {
      this.quit();
    });
    try {
      return await this.loop();
    } finally {
      keyboard?.close();
      await watcher.close();
    }
  }

  private async loop(): Promise<number> {
    let next = this.allFiles();
    for (;;) {
      if (next.length > 0) await this.runFiles(next);
      if (this.isQuitting) break;
      this.say(this.hasKeys ? `watching; ${KEYS_TEXT}` : "watching; Ctrl-C ends it");
      next = await this.nextFiles();
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it was waited
      if (this.isQuitting) break;
    }
    return this.failed.size === 0 ? 0 : 1;
  }

  private async runFiles(files: readonly string[]): Promise<void> {
    this.last = files;
    let result: RunResult;
    try {
      result = await this.session.run(files);
    } catch (thrown) {
      // Such as the last test file, gone meanwhile.
      if (!(thrown instanceof UserError)) throw thrown;
      this.complain(thrown);
      return;
    }
    for (const file of files) this.failed.delete(file);
    for (const file of result.failed) this.failed.add(file);
    for (const [file, loaded] of result.loaded) this.loaded.set(file, loaded);
  }

  /** Waits for something to run. */
  private async nextFiles(): Promise<readonly string[]> {
    for (;;) {
      if (this.isQuitting) return [];
      const all = this.allFiles();
      const files = this.takeFiles(all).filter((file) => all.includes(file));
      if (files.length > 0) return files;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  private takeFiles(all: readonly string[]): readonly string[] {
    const { wanted, root, failed, loaded, last } = this;
    const changed = [...this.changed];
    this.wanted = undefined;
    this.changed.clear();
    if (wanted === "all") return all;
    if (wanted === "failed") {
      if (failed.size === 0) this.say("no test has failed");
      return [...failed].sort();
    }
    if (wanted === "last") return last;
    if (changed.length === 0) return [];
    const touched = touchedTests(root, changed, { all, failed, loaded });
    if (touched.length > 0) this.say(`${changed.sort().join(", ")}: saved`);
    return touched;
  }

  private allFiles(): readonly string[] {
    try {
      return this.session.files();
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      this.complain(thrown);
      return [];
    }
  }

  private press(key: string): void {
    const wanted = { a: "all", f: "failed", "\r": "last", "\n": "last" } as const;
    const name = key.toLowerCase();
    if (name === "q") this.quit();
    else if (name in wanted) {
      this.wanted = wanted[name as keyof typeof wanted];
      this.wake();
    }
  }

  private quit(): void {
    this.isQuitting = true;
    this.wake();
  }

  private say(text: string): void {
    const { stdout, env } = this.context;
    stdout.write(`# ${styleFor(stdout, env).dim(text)}\n`);
  }

  private complain({ message, hint }: UserError): void {
    this.context.stderr.write(`spacer: ${message}${hint === undefined ? "" : ` (${hint})`}\n`);
  }
}
