/** esbuild, which need not be installed: it is an optional dependency. */
import { createRequire } from "node:module";
import type * as esbuild from "esbuild";
import { UserError } from "../errors.ts";

export type Esbuild = typeof esbuild;

/**
 * How esbuild's process collects garbage, as Go's runtime reads it: a build takes a second of it, which is over before there is much.
 * (Measured: a build of 1,000 functions takes 0.08 s less.)
 */
const MEMORY_SETTINGS = { GOGC: "off", GOMEMLIMIT: "1GiB" } as const;

/** @throws UserError where it is not installed */
export function loadEsbuild(): Esbuild {
  // Read when it starts, with the first build.
  for (const [name, value] of Object.entries(MEMORY_SETTINGS)) process.env[name] ??= value;
  try {
    // Not by `import`, which would read it twice: it is a script.
    return createRequire(import.meta.url)("esbuild") as Esbuild;
  } catch (thrown) {
    const code = (thrown as { code?: unknown } | null)?.code;
    if (code !== "MODULE_NOT_FOUND") throw thrown;
    throw new UserError(
      "'spacer build' needs the package esbuild, which is not installed",
      "install it beside spacer: npm install esbuild (npm leaves it out with --omit=optional)",
    );
  }
}
