/** The rules about global variables, which all files of a program share. */
import type { Libraries } from "../../compiler/index.ts";
import { closest } from "../suggestion.ts";
import { findingAt, type ExaminedFile } from "./examinedFile.ts";
import type { Finding } from "./finding.ts";

/** So short a name is near to too many others. */
const MIN_SUGGESTED_LENGTH = 3;

/**
 * Reads of globals that nothing defines.
 *
 * @param definers All files that may define a global that `file` sees.
 */
export function undefinedGlobals(
  file: ExaminedFile,
  definers: GlobalNames,
  { globals }: Libraries,
): Finding[] {
  const { reads, locals } = file.facts.globals;
  if (definers.isUndetermined) return [];
  return reads
    .filter(({ name }) => !definers.assigned.has(name) && !isTestGlobal(name, definers))
    .map((place) => {
      const { name } = place;
      const candidates = new Set([...locals, ...globals, ...definers.assigned]);
      const suggestion = name.length < MIN_SUGGESTED_LENGTH ? undefined : closest(name, candidates);
      const details = { name, suggestion, isLocalElsewhere: locals.includes(name) };
      return findingAt(file, "undefined-global", details, place);
    });
}

/** Assignments in functions to globals that no file declares. */
export function undeclaredWrites(file: ExaminedFile, definers: GlobalNames): Finding[] {
  return file.facts.globals.functionWrites
    .filter(({ name }) => !definers.declared.has(name))
    .map((place) => findingAt(file, "global-write-in-function", { name: place.name }, place));
}

/** The globals of some files. */
export interface GlobalNames {
  readonly assigned: ReadonlySet<string>;
  readonly declared: ReadonlySet<string>;
  /** Some file defines others whose names nobody can tell. */
  readonly isUndetermined: boolean;
}

export function globalsOf(files: Iterable<ExaminedFile>): GlobalNames {
  const assigned = new Set<string>();
  const declared = new Set<string>();
  let isUndetermined = false;
  for (const { facts } of files) {
    for (const name of facts.globals.assigned) assigned.add(name);
    for (const name of facts.globals.declared) declared.add(name);
    isUndetermined ||= facts.globals.undeterminedAt !== undefined;
  }
  return { assigned, declared, isUndetermined };
}

/** luaunit makes its functions global for who asks for it. */
function isTestGlobal(name: string, { assigned }: GlobalNames): boolean {
  return assigned.has("EXPORT_ASSERT_TO_GLOBALS") && /^(?:assert|LuaUnit$)/.test(name);
}
