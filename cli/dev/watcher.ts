/**
 * Watches the files of a project. What the system tells is taken for hints (settle.ts); after each burst of them
 * all files are looked over once, lest one was missed: a folder may have been filled before it was watched.
 */
import { existsSync, lstatSync, realpathSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { UserError } from "../errors.ts";
import { isAtOrAbove } from "../isAtOrAbove.ts";
import { QuietWatcher } from "./quietWatcher.ts";
import { isWatched, type WatchedFiles } from "./watchedFiles.ts";
import { createSettler, type Contents, type Settler } from "./settle.ts";

export interface Watcher {
  close(): Promise<void>;
}

export interface WatcherOptions {
  /** Absolute path. */
  readonly root: string;
  readonly files: WatchedFiles;
  /** What the files held when they were read. */
  readonly known: Contents;
  /** Whether a content can be what somebody wanted to save. */
  readonly isPlausible: (path: string, content: string | undefined) => boolean;
  /** Called after files were saved, added or removed: paths from the root, with what `files.read` gives. */
  readonly onChange: (contents: Contents) => void;
  /** The system can't tell about changes any more. */
  readonly onError: (error: UserError) => void;
}

/**
 * How often all files are looked over though nothing was told of: there are file systems that tell nothing, and folders
 * that were replaced by others go unwatched until then.
 */
const LOOK_OVER_INTERVAL_MS = 2000;

/** Resolves when every later change will be noticed; what was changed since `known` was read is, too. */
export async function watchProject(options: WatcherOptions): Promise<Watcher> {
  const watcher = new ProjectWatcher(options);
  await watcher.begin();
  return watcher;
}

class ProjectWatcher implements Watcher {
  private readonly options: WatcherOptions;
  private readonly settler: Settler;
  private readonly closing = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private system: QuietWatcher | undefined = undefined;
  private review: Promise<void> | undefined = undefined;
  private hasFailed = false;

  constructor(options: WatcherOptions) {
    this.options = options;
    const { files, known, isPlausible, onChange } = options;
    const lookOver = (): void => {
      this.lookOver().catch((error: unknown) => {
        this.failed(error);
      });
    };
    this.settler = createSettler({
      known,
      isPlausible,
      read: (path) => files.read(path),
      onSettled: onChange,
      onQuiet: lookOver,
    });
    this.timer = setInterval(lookOver, LOOK_OVER_INTERVAL_MS);
  }

  async begin(): Promise<void> {
    await this.watchSystem();
    await this.lookOver();
  }

  async close(): Promise<void> {
    this.closing.abort();
    clearInterval(this.timer);
    this.settler.close();
    await this.review;
    await this.system?.close();
  }

  /** Asks the system anew to tell of changes. */
  private async watchSystem(): Promise<void> {
    const { root } = this.options;
    const before = this.system;
    const system = new QuietWatcher({
      ignored: (path) => !isWatched(fromRoot(root, path)) || leadsUp(path),
      ignoreInitial: true,
      ignorePermissionErrors: true,
    });
    system.add(root);
    this.system = system;
    const ready = new Promise<void>((resolve) => system.once("ready", resolve));
    system.on("all", (event, path) => {
      if (event !== "addDir" && event !== "unlinkDir") this.hint(path);
    });
    // Told at once, before the system was asked what changed, and not thinned out.
    system.on("raw", (_event, name, details) => {
      const { watchedPath } = details as { readonly watchedPath?: string };
      if (watchedPath === undefined) return;
      // Of a file that is watched itself, or of one in a folder that is.
      if (watchedPath.endsWith(name)) this.hint(watchedPath);
      else this.hint(join(watchedPath, name));
    });
    system.on("error", (error) => {
      this.failed(error);
    });
    await ready;
    await before?.close();
  }

  private hint(path: string): void {
    const watched = fromRoot(this.options.root, path);
    if (isWatched(watched)) this.settler.hint(watched);
  }

  /** Looks for files that changed without a hint. */
  private lookOver(): Promise<void> {
    this.review ??= this.lookOverOnce().finally(() => {
      this.review = undefined;
    });
    return this.review;
  }

  private async lookOverOnce(): Promise<void> {
    const { files } = this.options;
    const hint = (path: string): void => {
      this.settler.hint(path);
    };
    if (!(await files.findChanged(hint, this.closing.signal))) return;
    // chokidar goes on watching the folder that had the name before.
    await this.watchSystem();
    await files.findChanged(hint, this.closing.signal);
  }

  private failed(error: unknown): void {
    // A project that is gone has no files to tell of.
    if (this.hasFailed || !existsSync(this.options.root)) return;
    this.hasFailed = true;
    this.options.onError(watchError(error));
  }
}

/** As `relative`, but quick for what begins with the root: chokidar asks for every path several times. */
function fromRoot(root: string, path: string): string {
  return path.startsWith(root + sep) ? path.slice(root.length + 1) : relative(root, path);
}

/** Whether a path is a link to a folder that it lies in: following it would never end. */
function leadsUp(path: string): boolean {
  // Files lead nowhere, and there are many.
  if (path.endsWith(".lua")) return false;
  try {
    if (!lstatSync(path).isSymbolicLink()) return false;
    return isAtOrAbove(realpathSync(path), realpathSync(dirname(path)));
  } catch {
    return false;
  }
}

function watchError(error: unknown): UserError {
  const { code } = (error ?? {}) as { code?: unknown };
  return code === "ENOSPC" || code === "EMFILE"
    ? new UserError(
        "the system can't tell of all changes of files, since its limit is reached: saves may take 2 seconds to count",
        "raise it: sysctl fs.inotify.max_user_watches=524288",
      )
    : new UserError(
        `the system can't tell of all changes of files: saves may take 2 seconds to count: ${String(error)}`,
      );
}
