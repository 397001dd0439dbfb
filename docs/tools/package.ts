/** What package.json says of the built program. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

interface PackageJson {
  readonly bin: { readonly spacer: string };
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
}

/** The root of the repository. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

const { bin, exports } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as PackageJson;

/** Name of the executable's source without its extension: "cli/index". */
export const program = sourceName(bin.spacer);

/** Names of what others may import, as of `program`. */
export const doors = Object.values(exports).flatMap((target) =>
  typeof target === "string" ? [] : [sourceName(target.default)],
);

/** "./dist/cli/index.js" -> "cli/index" */
function sourceName(built: string): string {
  return built.replace(/^(\.\/)?dist\//, "").replace(/\.js$/, "");
}
