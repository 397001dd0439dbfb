/** Finds the Lua files of a project that do not compile, before anybody calls what is in them. */
import { fromBytes, toBytes } from "../bytes.ts";
import { compileOptions, isLuaSyntaxError } from "../compile.ts";
import type { Project } from "../project.ts";
import { PROJECT_DIALECT } from "../searchPath.ts";
import type { SourceTexts } from "./readProject.ts";

/** @returns "app/hello.lua:3: '=' expected near 'x'" and the like. */
export function checkSources({ state }: Project, sources: SourceTexts): string[] {
  return sources.flatMap(([path, text]) => {
    try {
      state.host.compile(text, `@${toBytes(path)}`, compileOptions(PROJECT_DIALECT));
      return [];
    } catch (thrown) {
      if (isLuaSyntaxError(thrown)) return [fromBytes(thrown.message)];
      throw thrown;
    }
  });
}
