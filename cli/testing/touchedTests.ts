/** Which test files are to run again when files were saved. */
import { posix, sep } from "node:path";
import { TEST_FOLDER } from "./selection.ts";

export interface KnownTests {
  /** All there are, from the root. */
  readonly all: readonly string[];
  /** Those that failed when they ran last. */
  readonly failed: ReadonlySet<string>;
  /** What each of those that ran has read, or looked for: as the program spelled it. */
  readonly loaded: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Those that depend on one of the files, and those that failed: they may go well now, whatever it was. Those that never
 * ran, too, and all of them when somebody saved the settings, or a file that none has read yet.
 *
 * @param root Absolute path.
 * @param changed Paths from the root.
 */
export function touchedTests(
  root: string,
  changed: Iterable<string>,
  { all, failed, loaded }: KnownTests,
): readonly string[] {
  const readBy = new Map<string, Set<string>>();
  for (const [test, files] of loaded) {
    for (const file of files) {
      const path = fromRoot(root, file);
      readBy.set(path, (readBy.get(path) ?? new Set()).add(test));
    }
  }
  const touched = new Set<string>(failed);
  for (const test of all) if (!loaded.has(test)) touched.add(test);
  for (const path of changed) {
    const file = path.split(sep).join("/");
    if (all.includes(path)) touched.add(path);
    const readers = readBy.get(file);
    const isSupport = file.startsWith(`${TEST_FOLDER}/`);
    if (readers !== undefined) for (const test of readers) touched.add(test);
    else if (!all.includes(path) && !isSupport) return all;
    if (file.startsWith("config/")) return all;
  }
  return all.filter((test) => touched.has(test));
}

function fromRoot(root: string, file: string): string {
  const plain = posix.normalize(file);
  return plain.startsWith(`${root}/`) ? plain.slice(root.length + 1) : plain;
}
