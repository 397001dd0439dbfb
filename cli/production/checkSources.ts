/** Finds the Lua files of a project that do not compile, before anybody calls what is in them. */
import { fromBytes, toBytes } from "../bytes.ts";
import { readBytes } from "../check/readFiles.ts";
import { compileOptions, isLuaSyntaxError } from "../compile.ts";
import { UserError } from "../errors.ts";
import type { Project } from "../project.ts";
import { isSource, listFiles, SOURCE_FOLDERS } from "../projectFolders.ts";
import { join } from "node:path";
import { PROJECT_DIALECT } from "../projectProgram.ts";

/** @returns "app/hello.lua:3: '=' expected near 'x'" and the like, in order of the paths. */
export function checkSources({ root, state }: Project): string[] {
  const paths = [...listFiles(root, SOURCE_FOLDERS).files].filter(isSource).sort();
  return paths.flatMap((path) => {
    try {
      const source = readBytes(join(root, path), path);
      state.host.compile(source, `@${toBytes(path)}`, compileOptions(PROJECT_DIALECT));
      return [];
    } catch (thrown) {
      if (isLuaSyntaxError(thrown)) return [fromBytes(thrown.message)];
      if (thrown instanceof UserError) return [thrown.message];
      throw thrown;
    }
  });
}
