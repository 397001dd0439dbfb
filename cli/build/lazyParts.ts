/**
 * What becomes of the files `NAME.lazy.ts` in a bundle (docs/tools/lazyImports.ts tells of them). Modules of Node are loaded when
 * they are first asked for, as in the program itself. Modules of spacer become part of the bundle, unless the project can do
 * without: then there is an error in their place.
 */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Plugin } from "esbuild";

const LAZY_FILE = /\.lazy\.[jt]s$/;
const IMPORT = /^import \* as (\w+) from "([^"]+)";$/gm;
const GETTER = /^export const (\w+) = \(\) => (\w+);$/gm;

/** What whoever asks for it is told. */
export interface AbsentPart {
  readonly message: string;
  readonly hint: string;
}

export interface LazyPartsOptions {
  /** What is left out, by the function that gives it. */
  readonly absent: ReadonlyMap<string, AbsentPart>;
  /** Whether there is a `require` when the bundle runs. */
  readonly hasRequire: boolean;
}

export function lazyParts({ absent, hasRequire }: LazyPartsOptions): Plugin {
  return {
    name: `lazy-parts ${JSON.stringify([hasRequire, ...absent])}`,
    setup(build) {
      build.onLoad({ filter: LAZY_FILE }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        const sources = new Map(
          [...text.matchAll(IMPORT)].map(([, name = "", source = ""]) => [name, source]),
        );
        const lines: string[] = [];
        for (const [, getter = "", name = ""] of text.matchAll(GETTER)) {
          const source = sources.get(name) ?? "";
          const part = absent.get(getter);
          if (part !== undefined) {
            lines.push(
              'import { absentPart } from "spacer:cli/bundled/absentPart";',
              `export const ${getter} = () => absentPart(${JSON.stringify(part.message)}, ${JSON.stringify(part.hint)});`,
            );
          } else if (source.startsWith("node:") && hasRequire) {
            lines.push(`export const ${getter} = () => require("${source}");`);
          } else {
            lines.push(
              `import * as ${name} from "${source}";`,
              `export const ${getter} = () => ${name};`,
            );
          }
        }
        return {
          contents: [...new Set(lines)].join("\n"),
          loader: "js",
          resolveDir: dirname(path),
        };
      });
    },
  };
}
