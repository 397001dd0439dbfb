/**
 * Leaves modules out that a program does not use. They would not be in its bundle anyway, but esbuild would read all that they
 * import: the clients of HTTP and PostgreSQL are half of what there is to read.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { bundledSources } from "../../installation.ts";
import type { LibraryChoice } from "../libraryChoice.ts";

/** Files that give modules when they are asked for (docs/tools/lazyImports.ts), and which Lua modules and libraries ask. */
const LAZY_FILES: Readonly<Record<string, RegExp>> = {
  "runtime/modules/db.lazy": /^db$/,
  "runtime/modules/http.lazy": /^(?:resty\.)?http$/,
  "runtime/modules/ngx/http.lazy": /^(?:ngx|sse\.client)$/,
  "runtime/modules/ngx/re.lazy": /^ngx(?:\.re)?$/,
  "runtime/modules/ngx/text.lazy": /^ngx$/,
  "runtime/modules/optional.lazy": /^(?:uuid$|resty\.)/,
  "runtime/modules/testing.lazy": /^spacer\.test$/,
};

const GETTER = /^export const (\w+) = /gm;

export function absentModules({
  modules,
  globals,
}: Pick<LibraryChoice, "modules" | "globals">): Plugin {
  const { folder, extension } = bundledSources();
  const absent = new Set(
    Object.entries(LAZY_FILES).flatMap(([file, users]) =>
      [...modules, ...globals].some((name) => users.test(name))
        ? []
        : [join(folder, file + extension)],
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
