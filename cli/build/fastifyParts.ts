/**
 * Leaves out of a bundle what Fastify brings along and our gateway never runs: it has no schemas and no logger, and registers no
 * plugins. In the place of each stands what throws an error when it is called. Of a bare Fastify that is more than the half.
 */
import type { Plugin } from "esbuild";

/** By what Fastify asks for: the text of the module in its place. */
export const UNUSED_PARTS: ReadonlyMap<string, string> = new Map([
  // Called when a Fastify is made; what they return is for routes with a schema.
  ["@fastify/ajv-compiler", "module.exports = () => unused('schemas');"],
  ["@fastify/fast-json-stringify-compiler", "module.exports = () => unused('schemas');"],
  // Of a logger that is asked for.
  [
    "./logger-pino.js",
    "module.exports = { createPinoLogger: unused('loggers'), serializers: {} };",
  ],
  // Compares versions that plugins want.
  [
    "semver",
    "module.exports = { gt: unused('plugins'), coerce: unused('plugins'), satisfies: unused('plugins') };",
  ],
]);

/** Answers requests that never were on the network: what `ngx.location.capture` makes. */
export const CAPTURE_PART = "light-my-request";

const PREAMBLE =
  "const unused = (what) => () => { throw new Error(`this bundle has no part of Fastify for ${what}`); };\n";

const NAMESPACE = "spacer-unused";
const FASTIFY_FILE = /[\\/]node_modules[\\/]fastify[\\/][^]*\.js$/;

/** @param hasCapture Whether functions may ask the gateway for replies. */
export function fastifyParts(hasCapture: boolean): Plugin {
  const parts = new Map(UNUSED_PARTS);
  if (!hasCapture) parts.set(CAPTURE_PART, "module.exports = unused('requests of its own');");
  return {
    name: hasCapture ? "fastify-parts, capture" : "fastify-parts",
    setup(build) {
      // A narrow filter: esbuild asks for each import that it lets through.
      const names = [...parts.keys()].map((name) => name.replaceAll(/[^\w]/g, "\\$&"));
      build.onResolve({ filter: new RegExp(`^(?:${names.join("|")})$`) }, ({ path, importer }) =>
        parts.has(path) && FASTIFY_FILE.test(importer) ? { path, namespace: NAMESPACE } : undefined,
      );
      build.onLoad({ filter: /^/, namespace: NAMESPACE }, ({ path }) => ({
        contents: PREAMBLE + (parts.get(path) ?? ""),
        loader: "js",
      }));
    },
  };
}
