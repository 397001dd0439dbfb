/**
 * Puts what was built into its folder, all at once: the new folder is made beside the old one, then takes its place. A list of the
 * files tells which folders are spacer's own, and which files in them: what a server has put there since, such as logs, stays.
 */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { systemErrorText, UserError } from "../errors.ts";
import { piecesOf, writePieces } from "../pieces.ts";
import type { OutputFile } from "./target.ts";

/** Lists the files that a build made. */
const LIST_FILE = ".spacer-build.json";

interface FileList {
  readonly spacerBuild: 1;
  readonly files: readonly string[];
}

/**
 * @param folder Absolute path.
 * @param shown As the user named it.
 * @throws UserError when the folder has files that no build made, or can't be written
 */
export async function writeOutput(
  folder: string,
  shown: string,
  files: readonly OutputFile[],
): Promise<void> {
  const others = otherFiles(folder, shown, files);
  const made = `${folder}.new-${String(process.pid)}`;
  const old = `${folder}.old-${String(process.pid)}`;
  try {
    rmSync(made, { recursive: true, force: true });
    mkdirSync(made, { recursive: true });
    const list: FileList = { spacerBuild: 1, files: files.map(({ path }) => path).sort() };
    await Promise.all(
      files.map(async ({ path, contents }) => {
        mkdirSync(dirname(join(made, path)), { recursive: true });
        await writePieces(join(made, path), piecesOf(contents));
      }),
    );
    writeFileSync(join(made, LIST_FILE), `${JSON.stringify(list, null, 2)}\n`);
    if (existsSync(folder)) renameSync(folder, old);
    renameSync(made, folder);
    for (const path of others) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      renameSync(join(old, path), join(folder, path));
    }
    rmSync(old, { recursive: true, force: true });
  } catch (thrown) {
    // What was there is put back.
    if (existsSync(old) && !existsSync(folder)) renameSync(old, folder);
    throw new UserError(`can't write ${shown}: ${systemErrorText(thrown)}`);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** @throws UserError when a folder is not one that a build may replace */
export function checkOutput(folder: string, shown: string): void {
  otherFiles(folder, shown, []);
}

/** The files of a folder of ours that no build made. */
function otherFiles(folder: string, shown: string, files: readonly OutputFile[]): string[] {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (!stats.isDirectory()) throw refuse(shown, "it is no folder");
  const found = filesIn(folder, "");
  if (found.length === 0) return [];
  const list = readList(folder);
  if (list === undefined) throw refuse(shown, "it has files that no build has made");
  const own = new Set([...list.files, LIST_FILE]);
  const others = found.filter((path) => !own.has(path));
  const taken = others.find((path) => files.some((file) => file.path === path));
  if (taken !== undefined) throw refuse(shown, `${taken} was made by somebody else`);
  return others;
}

function refuse(shown: string, reason: string): UserError {
  return new UserError(
    `${shown} is not written over: ${reason}`,
    "remove it, or choose another folder with --out",
  );
}

function readList(folder: string): FileList | undefined {
  try {
    const list = JSON.parse(readFileSync(join(folder, LIST_FILE), "utf8")) as Partial<FileList>;
    return list.spacerBuild === 1 && Array.isArray(list.files) ? (list as FileList) : undefined;
  } catch {
    return undefined;
  }
}

function filesIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesIn(root, path) : [path];
  });
}
