/** Replaces the modules of spacer that only Node can have, in bundles for other engines. */
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { bundledSources } from "../../installation.ts";

export interface PortableOptions {
  /** Whether the engine has Node's OpenSSL, and the program uses it. */
  readonly hasNodeCrypto: boolean;
}

const MATCHERS = "runtime/stdlib/string/patterns/generateMatcher";
const CRYPTO = "runtime/modules/crypto/node.lazy";

export function portablePlugin({ hasNodeCrypto }: PortableOptions): Plugin {
  const { folder, extension } = bundledSources();
  const file = (name: string): string => join(folder, name + extension);
  const replaced = new Map([
    [file(MATCHERS), file("cli/bundled/portable/withoutGeneratedMatchers")],
    ...(hasNodeCrypto
      ? []
      : [[file(CRYPTO), file("cli/bundled/portable/withoutNodeCrypto")] as const]),
  ]);
  return {
    name: hasNodeCrypto ? "spacer-portable, crypto" : "spacer-portable",
    setup(build) {
      build.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
        const found = replaced.get(join(resolveDir, path));
        return found === undefined ? undefined : { path: found, sideEffects: false };
      });
    },
  };
}
