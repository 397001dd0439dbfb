/**
 * Takes the beginning of emitted code apart: `"use strict";` and the helpers that it takes out of `$rt`. A bundle holds the
 * helpers that its chunks name, and no others.
 */
const HELPERS = /^var ?\{([^}]*)\} ?= ?\$rt;$/m;
const STRICT = /^"use strict";/;

/** The names of the helpers that emitted code takes from `$rt`, as `runtime/helpers` has them. */
export function helpersOf(code: string): string[] {
  const names = HELPERS.exec(code)?.[1] ?? "";
  return names
    .split(",")
    .map((pair) => (pair.split(":")[0] ?? "").trim())
    .filter((name) => name !== "");
}

/** Modules are strict anyway. Lines stay where they are. */
export function withoutStrict(code: string): string {
  return code.replace(STRICT, "");
}
