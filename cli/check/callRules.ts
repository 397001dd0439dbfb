/** The rule about calls of library functions, which holds while nobody replaces the function. */
import { findingOf, type ExaminedFile } from "./examinedFile.ts";
import type { Finding } from "./finding.ts";

export interface CallSurroundings {
  /** Functions of libraries that files replace, and libraries they may replace any function of. */
  readonly replaced: ReadonlySet<string>;
  /** Globals that files assign to. */
  readonly assigned: ReadonlySet<string>;
  /** Whether the program has its own module in place of one that comes with spacer. */
  readonly isOwnModule: (name: string) => boolean;
}

export function wrongCalls(file: ExaminedFile, surroundings: CallSurroundings): Finding[] {
  const { replaced, assigned, isOwnModule } = surroundings;
  return file.facts.calls.suspects
    .filter(({ root, functionName }) => {
      const isOther = root.kind === "module" ? isOwnModule(root.name) : assigned.has(root.name);
      return !isOther && !prefixesOf(functionName).some((name) => replaced.has(name));
    })
    .map(({ diagnostic }) => findingOf(file, diagnostic));
}

export function replacedIn(files: Iterable<ExaminedFile>): ReadonlySet<string> {
  return new Set([...files].flatMap(({ facts }) => facts.calls.replaced));
}

/** "ngx.thread.wait" -> "ngx", "ngx.thread", "ngx.thread.wait" */
function prefixesOf(name: string): string[] {
  const parts = name.split(".");
  return parts.map((_part, index) => parts.slice(0, index + 1).join("."));
}
