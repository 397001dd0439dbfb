/** Watches the files of a project. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { watch } from "chokidar";
import { UserError } from "../errors.ts";
import { createSettler } from "./settle.ts";

/** The folders whose files make up the running program. */
const WATCHED_FOLDERS: readonly string[] = ["app", "lib", "config"];

export interface Watcher {
  close(): Promise<void>;
}

export interface WatcherOptions {
  readonly root: string;
  /** Called with paths from the root, after files were saved, added or removed. */
  readonly onChange: (paths: readonly string[]) => void;
  /** The system can't tell about changes any more. */
  readonly onError: (error: UserError) => void;
}

/** Resolves when every later change will be noticed. */
export async function watchProject({ root, onChange, onError }: WatcherOptions): Promise<Watcher> {
  const settler = createSettler({
    fingerprint,
    onSettled: (paths) => {
      onChange(paths.map((path) => relative(root, path)));
    },
  });
  const watcher = watch(root, {
    ignored: (path) => !isWatched(relative(root, path)),
    ignoreInitial: true,
  });
  watcher.on("all", (event, path) => {
    if (event !== "addDir" && event !== "unlinkDir") settler.hint(join(path));
  });
  watcher.on("error", (error) => {
    onError(watchError(error));
  });
  await new Promise<void>((resolve) => watcher.once("ready", resolve));
  return {
    close: async () => {
      settler.close();
      await watcher.close();
    },
  };
}

/** @param path From the root; "" for the root itself. */
function isWatched(path: string): boolean {
  const [folder = "", ...rest] = path.split(sep);
  // Editors keep their own files beside ours: .hello.lua.swp, hello.lua~, .git.
  const isOurs = (name: string) => !name.startsWith(".") && !name.endsWith("~");
  return path === "" || (WATCHED_FOLDERS.includes(folder) && rest.every(isOurs));
}

function fingerprint(path: string): string | undefined {
  try {
    return createHash("sha1").update(readFileSync(path)).digest("base64");
  } catch {
    // Gone, or not readable: either way there is no content.
    return undefined;
  }
}

function watchError(error: unknown): UserError {
  const { code } = (error ?? {}) as { code?: unknown };
  return code === "ENOSPC" || code === "EMFILE"
    ? new UserError(
        "can't watch the project's files for changes: the system's limit is reached",
        "raise it: sysctl fs.inotify.max_user_watches=524288",
      )
    : new UserError(`can't watch the project's files for changes: ${String(error)}`);
}
