/**
 * What a bundle has to resume functions that wait: a resume script for each file, or the file's source, which the bundle's own
 * compiler makes the script of when a function of it waits for the first time, as `spacer start` does.
 *
 * Resume scripts are longer than all else (docs/decisions/building.md), and most files never need theirs. So a large program has the
 * sources: it takes half of the time to build, and half of the memory and of the time to start. A small one has the scripts, which
 * are shorter than the compiler. Targets whose engines make no code of texts have the scripts.
 */
import { statSync } from "node:fs";
import { join } from "node:path";

export type ResumesFrom = "script" | "source";

/** Of Lua, in bytes: where resume scripts become longer than the compiler, many times over. */
const MAX_SCRIPT_BYTES = 400_000;

export interface ResumptionChoice {
  /** Whether code can be made of texts where the bundle runs. */
  readonly compilesTexts: boolean;
  /** Debuggers follow source maps, which only what is in the bundle has. */
  readonly hasSourceMap: boolean;
  /** What the settings say (`build.sources`). */
  readonly wantsSources: boolean | undefined;
  /** All Lua of the project. */
  readonly sizeBytes: number;
}

export function chooseResumption(choice: ResumptionChoice): ResumesFrom {
  const { compilesTexts, hasSourceMap, wantsSources, sizeBytes } = choice;
  if (!compilesTexts || hasSourceMap) return "script";
  return (wantsSources ?? sizeBytes > MAX_SCRIPT_BYTES) ? "source" : "script";
}

/** How much Lua there is, in bytes. @param paths From the root. */
export function sizeOfFiles(root: string, paths: Iterable<string>): number {
  let sizeBytes = 0;
  for (const path of paths) {
    sizeBytes += statSync(join(root, path), { throwIfNoEntry: false })?.size ?? 0;
  }
  return sizeBytes;
}
