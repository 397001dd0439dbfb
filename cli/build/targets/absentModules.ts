/**
 * Leaves modules out that a program does not use. They would not be in its bundle anyway, but esbuild would read all that they
 * import: the clients of HTTP and PostgreSQL.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { bundledSources } from "../../installation.ts";
import type { LibraryChoice } from "../libraryChoice.ts";

/** Files that give modules when they are asked for (docs/tools/lazyImports.ts), and the Lua modules that ask. */
const LAZY_FILES: Readonly<Record<string, readonly string[]>> = {
  "runtime/modules/db.lazy": ["db"],
  "runtime/modules/http.lazy": ["http", "resty.http"],
  "runtime/modules/testing.lazy": ["spacer.test"],
};

const GETTER = /^export const (\w+) = /gm;

export function absentModules({ modules }: Pick<LibraryChoice, "modules">): Plugin {
  const { folder, extension } = bundledSources();
  const absent = new Set(
    Object.entries(LAZY_FILES).flatMap(([file, users]) =>
      users.some((name) => modules.includes(name)) ? [] : [join(folder, file + extension)],
    ),
  );
  return {
    name: `spacer-absent ${[...absent].join(" ")}`,
    setup(build) {
      build.onLoad({ filter: /\.lazy\.[jt]s$/ }, ({ path }) =>
        absent.has(path) ? { contents: gettersThatFail(path), loader: "js" } : undefined,
      );
    },
  };
}

function gettersThatFail(path: string): string {
  const names = [...readFileSync(path, "utf8").matchAll(GETTER)].map(([, name = ""]) => name);
  return names
    .map((name) => `export const ${name} = () => { throw new Error("it is not in this bundle"); };`)
    .join("\n");
}
