/** Checks Lua files that belong to no project: each is a program, or a module that another requires. */
import { librariesFor, type ExamineOptions } from "../../compiler/index.ts";
import { replacedIn, wrongCalls } from "./callRules.ts";
import { examineFile, findingOf, type ExaminedFile } from "./examinedFile.ts";
import { sortFindings, type Finding } from "./finding.ts";
import { globalsOf, undefinedGlobals } from "./globalRules.ts";

/**
 * All that is wrong with some files, by file and place. Which modules `require` would find depends
 * on where and how they are run, so missing ones are not looked for.
 *
 * @param files Contents in bytes, by path as it is to be shown.
 */
export function checkPrograms(
  files: ReadonlyMap<string, string>,
  options: ExamineOptions,
): readonly Finding[] {
  const libraries = librariesFor(options);
  const examined = [...files].map(([path, text]) => examineFile(path, text, options));
  const globals = globalsOf(examined);
  const replaced = replacedIn(examined);
  return sortFindings(
    examined.flatMap((file) => [
      ...file.facts.diagnostics.map((diagnostic) => findingOf(file, diagnostic)),
      ...(requiresUnseen(file, libraries.modules)
        ? []
        : undefinedGlobals(file, globals, libraries)),
      ...wrongCalls(file, { replaced, assigned: globals.assigned, isOwnModule: () => false }),
    ]),
  );
}

/** Other modules may define globals. */
function requiresUnseen({ facts }: ExaminedFile, modules: ReadonlySet<string>): boolean {
  const { required, requiresOthers } = facts.modules;
  return requiresOthers || required.some(({ name }) => !modules.has(name));
}
