/** What `spacer inspect` is about: a file, and maybe a function in it. */
import { statSync } from "node:fs";
import { resolve } from "node:path";

export interface Target {
  /** As it was given. */
  readonly file: string;
  /** The name of a function, or a line; `undefined` for the whole file. */
  readonly selector: string | undefined;
}

/**
 * Takes "FILE:FUNCTION" apart. Both parts may contain colons ("a:b.lua:obj:method"), so the files that
 * exist decide: the longest beginning that is one counts. When none is, what ends in ".lua" is the file.
 */
export function parseTarget(word: string, cwd: string): Target {
  const cuts = [...word.matchAll(/:/g)].map(({ index }) => index);
  const ends = [word.length, ...cuts.reverse()];
  const end =
    ends.find((cut) => isFile(resolve(cwd, word.slice(0, cut)))) ??
    ends.findLast((cut) => word.slice(0, cut).endsWith(".lua")) ??
    word.length;
  const selector = word.slice(end + 1);
  return { file: word.slice(0, end), selector: selector === "" ? undefined : selector };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
