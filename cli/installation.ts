/**
 * Where the parts of spacer lie that are read at run time. They are the same distance from this file
 * in the source tree (`cli/`) and from the built program (`dist/cli/`).
 */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder with the files of a new project. */
export function templatesFolder(): string {
  return firstExisting(["templates/project/", "../templates/project/"]);
}

/** The folder with the Lua modules that come with spacer. */
export function luaModulesFolder(): string {
  // The built program has a folder by the other name, too, which holds code.
  return firstExisting(["../modules/", "../runtime/modules/"]);
}

/**
 * The modules that bundles are made of: the runtime, and what runs in a bundle (`cli/bundled`). In the repository they are the
 * sources, in an installed spacer what its build made of them.
 *
 * @returns The folder that `runtime/` and `cli/` are in, and how the files end.
 */
export function bundledSources(): { readonly folder: string; readonly extension: ".ts" | ".js" } {
  const entry = firstExisting(["../bundled/cli/bundled/bundle.js", "../cli/bundled/bundle.ts"]);
  return { folder: resolve(entry, "../../.."), extension: entry.endsWith(".ts") ? ".ts" : ".js" };
}

export function spacerVersion(): string {
  return packageManifest().version;
}

/** What spacer's package.json says, as far as the program asks. */
export interface PackageManifest {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

export function packageManifest(): PackageManifest {
  const file = firstExisting(["../package.json", "../../package.json"]);
  return JSON.parse(readFileSync(file, "utf8")) as PackageManifest;
}

/** Put in by the build: a hash of all that it made. */
declare const BUILD_ID: string | undefined;

/**
 * Names this very program: what another one made, such as the next version, does not count. `undefined` where it runs from
 * its sources, which may change at any time.
 */
export function programId(): string | undefined {
  return typeof BUILD_ID === "undefined" ? undefined : BUILD_ID;
}

function firstExisting(candidates: readonly string[]): string {
  const paths = candidates.map((candidate) => fileURLToPath(new URL(candidate, import.meta.url)));
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error(`spacer is not installed completely: no ${paths.join(", no ")}`);
  }
  return found;
}
