/** Replaces the modules of spacer that only Node can have, in bundles for other engines. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { bundledSources } from "../../installation.ts";

export interface PortableOptions {
  /** Whether the engine has Node's OpenSSL, and the program uses it. */
  readonly hasNodeCrypto: boolean;
}

const MATCHERS = "runtime/stdlib/string/patterns/generateMatcher";
const CRYPTO = "runtime/modules/crypto/node.lazy";

/** Nothing in them is called: programs that name what they give are refused. But esbuild would read all that they import. */
const ABSENT = [
  "runtime/modules/db.lazy",
  "runtime/modules/http.lazy",
  "runtime/modules/testing.lazy",
];

const GETTER = /^export const (\w+) = /gm;

export function portablePlugin({ hasNodeCrypto }: PortableOptions): Plugin {
  const { folder, extension } = bundledSources();
  const file = (name: string): string => join(folder, name + extension);
  const replaced = new Map([
    [file(MATCHERS), file("cli/bundled/portable/withoutGeneratedMatchers")],
    ...(hasNodeCrypto
      ? []
      : [[file(CRYPTO), file("cli/bundled/portable/withoutNodeCrypto")] as const]),
  ]);
  const absent = new Set(ABSENT.map(file));
  return {
    name: "spacer-portable",
    setup(build) {
      build.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
        const found = replaced.get(join(resolveDir, path));
        return found === undefined ? undefined : { path: found, sideEffects: false };
      });
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
