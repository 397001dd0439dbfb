/**
 * How esbuild finds what a bundle is made of besides the Lua files. In modules that are written for a bundle,
 *
 *     spacer:cli/bundled/server      is a module of spacer, without its extension
 *     spacer:chunks                  has `chunks`, the Lua files, and `positions`, the text of the table of their places
 *     spacer:NAME                    is another one that was written for the bundle
 *
 * Packages are those of spacer's own installation: the project needs none.
 */
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { bundledSources } from "../installation.ts";

const NAMESPACE = "spacer";

/** The functions that are appended to a bundle, behind all code: what they return is not part of what esbuild makes. */
export const APPENDED = { chunks: "$spacerChunks", positions: "$spacerPositions" } as const;

export interface RuntimeModules {
  /** The helpers that the chunks use, by their names in `runtime/helpers`; all of them where there is a compiler, which may name any. */
  readonly helpers: readonly string[] | "all";
  /** Texts of modules that are written for the bundle, by their names without `spacer:`. */
  readonly modules: ReadonlyMap<string, string>;
}

export function runtimePlugin({ helpers, modules }: RuntimeModules): Plugin {
  const { folder, extension } = bundledSources();
  const written = new Map(modules).set("chunks", chunksModule(helpers));
  return {
    name: "spacer",
    setup(build) {
      build.onResolve({ filter: /^spacer:/ }, ({ path }) => {
        const name = path.slice("spacer:".length);
        if (written.has(name)) return { path: name, namespace: NAMESPACE, sideEffects: true };
        // What an entry imports of `cli/` may be a program; of the runtime only that is used which has a name.
        return { path: join(folder, name + extension), sideEffects: name.startsWith("cli/") };
      });
      build.onLoad({ filter: /^/, namespace: NAMESPACE }, ({ path }) => ({
        contents: written.get(path) ?? "",
        loader: "ts",
        resolveDir: folder,
      }));
    },
  };
}

function chunksModule(helpers: RuntimeModules["helpers"]): string {
  const names = helpers === "all" ? "* as helpers" : `{ ${helpers.join(", ")} }`;
  return [
    `import ${names} from "spacer:runtime/helpers/index";`,
    'import { readFacts } from "spacer:cli/bundled/facts";',
    `export const chunks = ${APPENDED.chunks}(${helpers === "all" ? "helpers" : names}, readFacts);`,
    `export const positions = ${APPENDED.positions};`,
    "",
  ].join("\n");
}
