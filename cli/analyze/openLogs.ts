/** The logs that an analysis reads. */
import { realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { ACCESS_LOG_FILE } from "../accessLog/accessLog.ts";
import { UserError } from "../errors.ts";
import { closeFile, openFile, type OpenFile } from "./readLines.ts";

export interface LogsOptions {
  /** Absolute path of the project. */
  readonly root: string;
  readonly cwd: string;
  /** Paths that the user gives, instead of that of the project's log. */
  readonly paths: readonly string[];
}

/** The same file is opened once. @throws UserError when one is missing or can't be read */
export function openLogs({ root, cwd, paths }: LogsOptions): readonly OpenFile[] {
  const wanted =
    paths.length === 0
      ? [[join(root, ACCESS_LOG_FILE), ACCESS_LOG_FILE] as const]
      : paths.map((path) => [resolve(cwd, path), path] as const);
  const opened = new Map<string, OpenFile>();
  try {
    for (const [path, name] of wanted) {
      const file = openFile(path, name);
      if (file === undefined) throw missing(name, paths.length > 0);
      const key = realpathSync(path);
      if (opened.has(key)) closeFile(file);
      else opened.set(key, file);
    }
  } catch (thrown) {
    for (const file of opened.values()) closeFile(file);
    throw thrown;
  }
  return [...opened.values()];
}

function missing(name: string, isGiven: boolean): UserError {
  if (isGiven) return new UserError(`there is no file ${name}`);
  return new UserError(
    `there is no log yet: ${name}`,
    "'spacer dev' and 'spacer start' write it, unless gateway.accessLog says otherwise; --log names another one",
  );
}
