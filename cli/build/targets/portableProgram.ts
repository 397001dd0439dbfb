/** Programs for engines that make no code of texts. */
import type { Program } from "../program.ts";
import { limits, opensslNames, type LimitedTarget } from "./limits.ts";

/** The program without a compiler, and without what its target can't have. */
export function portableProgram(target: LimitedTarget, program: Program): Program {
  const absent = new Set(limits[target].flatMap(({ names }) => names));
  const isThere = (name: string): boolean => !absent.has(name);
  const { libraries } = program;
  return {
    ...program,
    libraries: {
      ...libraries,
      globals: libraries.globals.filter(isThere),
      modules: libraries.modules.filter(isThere),
      hasCompiler: false,
    },
    isFromSources: false,
    hasCompiler: false,
  };
}

/** Whether it may call what needs Node's OpenSSL. */
export function usesOpenssl({ files, libraries }: Program): boolean {
  const named = files.flatMap(({ use }) => [...use.modules, ...use.globals]);
  return (
    libraries.modules.some((name) => opensslNames.has(name)) ||
    named.some(({ name }) => opensslNames.has(name)) ||
    files.some(({ use }) => use.anyGlobalAt !== undefined)
  );
}
