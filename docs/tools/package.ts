/** What package.json says of the built program. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

interface PackageJson {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
}

/** The root of the repository. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

const { bin, exports } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as PackageJson;

/** Names of the executables' sources without their extension: "cli/index". */
export const programs = Object.values(bin).map(sourceName);

/** The same of programs that these start. */
export const helpers = ["cli/compileHelper"];

/** Names of what others may import, as of `programs`. */
export const doors = Object.values(exports).flatMap((target) =>
  typeof target === "string" ? [] : [sourceName(target.default)],
);

/** "./dist/cli/index.js" -> "cli/index" */
function sourceName(built: string): string {
  return built.replace(/^(\.\/)?dist\//, "").replace(/\.js$/, "");
}
