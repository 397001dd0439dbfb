/**
 * Watches the files of a project. What the system tells is taken for hints (settle.ts); after each burst of them
 * all files are looked over once, lest one was missed: a folder may have been filled before it was watched.
 */
import { lstatSync, realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { watch, type FSWatcher } from "chokidar";
import { UserError } from "../errors.ts";
import { isWatched, type ProjectFiles } from "./projectFiles.ts";
import { createSettler, type Contents, type Settler } from "./settle.ts";

export interface Watcher {
  close(): Promise<void>;
}

export interface WatcherOptions {
  /** Absolute path. */
  readonly root: string;
  readonly files: ProjectFiles;
  /** What the files held when they were read. */
  readonly known: Contents;
  /** Whether a content can be what somebody wanted to save. */
  readonly isPlausible: (path: string, content: string | undefined) => boolean;
  /** Called after files were saved, added or removed: paths from the root, with what `files.read` gives. */
  readonly onChange: (contents: Contents) => void;
  /** The system can't tell about changes any more. */
  readonly onError: (error: UserError) => void;
}

/** How often all files are looked over when the system can't tell. */
const FALLBACK_INTERVAL_MS = 1000;

/** Resolves when every later change will be noticed; what was changed since `known` was read is, too. */
export async function watchProject(options: WatcherOptions): Promise<Watcher> {
  const watcher = new ProjectWatcher(options);
  await watcher.begin();
  return watcher;
}

class ProjectWatcher implements Watcher {
  private readonly options: WatcherOptions;
  private readonly settler: Settler;
  private readonly watcher: FSWatcher;
  private readonly closing = new AbortController();
  private fallback: NodeJS.Timeout | undefined = undefined;
  private review: Promise<void> | undefined = undefined;

  constructor(options: WatcherOptions) {
    this.options = options;
    const { root, files, known, isPlausible, onChange } = options;
    this.settler = createSettler({
      known,
      isPlausible,
      read: (path) => files.read(path),
      onSettled: onChange,
      onQuiet: () => void this.lookOver(),
    });
    this.watcher = watch(root, {
      ignored: (path) => !isWatched(relative(root, path)) || leadsUp(path),
      ignoreInitial: true,
      ignorePermissionErrors: true,
    });
  }

  async begin(): Promise<void> {
    const ready = new Promise<void>((resolve) => this.watcher.once("ready", resolve));
    this.watcher.on("all", (event, path) => {
      if (event !== "addDir" && event !== "unlinkDir") this.hint(path);
    });
    // Told at once, before the system was asked what changed, and not thinned out.
    this.watcher.on("raw", (_event, name, details) => {
      const { watchedPath } = details as { readonly watchedPath?: string };
      if (watchedPath === undefined) return;
      // Of a file that is watched itself, or of one in a folder that is.
      if (watchedPath.endsWith(name)) this.hint(watchedPath);
      else this.hint(join(watchedPath, name));
    });
    this.watcher.on("error", (error) => {
      this.failed(error);
    });
    await ready;
    await this.lookOver();
  }

  async close(): Promise<void> {
    this.closing.abort();
    clearInterval(this.fallback);
    this.settler.close();
    await this.watcher.close();
    await this.review;
  }

  private hint(path: string): void {
    const fromRoot = relative(this.options.root, path);
    if (isWatched(fromRoot)) this.settler.hint(fromRoot);
  }

  /** Looks for files that changed without a hint. */
  private lookOver(): Promise<void> {
    this.review ??= this.options.files
      .findChanged((path) => {
        this.settler.hint(path);
      }, this.closing.signal)
      .finally(() => {
        this.review = undefined;
      });
    return this.review;
  }

  private failed(error: unknown): void {
    this.fallback ??= setInterval(() => void this.lookOver(), FALLBACK_INTERVAL_MS);
    this.options.onError(watchError(error));
  }
}

/** Whether a path is a link to a folder that it lies in: following it would never end. */
function leadsUp(path: string): boolean {
  // Files lead nowhere, and there are many.
  if (path.endsWith(".lua")) return false;
  try {
    if (!lstatSync(path).isSymbolicLink()) return false;
    return `${realpathSync(dirname(path))}/`.startsWith(`${realpathSync(path)}/`);
  } catch {
    return false;
  }
}

function watchError(error: unknown): UserError {
  const { code } = (error ?? {}) as { code?: unknown };
  return code === "ENOSPC" || code === "EMFILE"
    ? new UserError(
        "the system can't tell about changes of the project's files: its limit is reached; they are looked over every second",
        "raise it: sysctl fs.inotify.max_user_watches=524288",
      )
    : new UserError(`can't watch the project's files for changes: ${String(error)}`);
}
