/** What a project is made of whatever its files name: where `reach` begins. */
import { builtinModules } from "../../compiler/index.ts";
import { toBytes } from "../bytes.ts";
import { readSettingsFile } from "../check/settingsFile.ts";
import { UserError } from "../errors.ts";
import { CONFIG_FILE, GATEWAY_FILE } from "../projectRoot.ts";
import { closest } from "../suggestion.ts";
import { modulePattern } from "./modulePattern.ts";
import type { Root } from "./reach.ts";

/** Functions that requests call without a row in the gateway file. */
const PRIVATE_FOLDER = "app/private/";

export interface RootsOptions {
  /** The Lua files that can be modules, from the root of the project. */
  readonly paths: ReadonlySet<string>;
  /** Bytes of the settings file. */
  readonly settings: string | undefined;
  /** Patterns over names of modules (modulePattern.ts). */
  readonly includes: readonly string[];
}

/** @throws UserError for a pattern that no module matches */
export function projectRoots({ paths, settings, includes }: RootsOptions): Root[] {
  const files = [...paths].filter(
    (path) => path === GATEWAY_FILE || path.startsWith(PRIVATE_FOLDER),
  );
  return [
    ...files.map((name): Root => ({ name, kind: "file" })),
    ...(settings === undefined ? [] : functionsOfSettings(settings)),
    ...includes.flatMap((pattern) => included(pattern, paths)),
  ];
}

/** Those that triggers call. */
function functionsOfSettings(bytes: string): Root[] {
  const { source, functions } = readSettingsFile(bytes);
  const file = { path: CONFIG_FILE, source };
  return functions.map(({ name, span }) => ({ name, kind: "function", from: { file, span } }));
}

function included(pattern: string, paths: ReadonlySet<string>): Root[] {
  const matches = modulePattern(pattern);
  const files = [...paths].filter((path) => matches(moduleName(path)));
  const modules = builtinModules.filter(matches);
  if (files.length + modules.length === 0) {
    const names = [...[...paths].map(moduleName), ...builtinModules];
    const suggestion = closest(pattern, names);
    throw new UserError(
      `--include '${pattern}' matches no module`,
      suggestion === undefined
        ? "it is about names of modules, such as 'handlers.*' for the files in app/handlers/"
        : `did you mean '${suggestion}'?`,
    );
  }
  return [
    ...files.map((name): Root => ({ name, kind: "file" })),
    ...modules.map((name): Root => ({ name: toBytes(name), kind: "module" })),
  ];
}

/** "app/handlers/user.lua" -> "handlers.user" */
function moduleName(path: string): string {
  return path
    .replace(/^[^/]*\//, "")
    .replace(/\.lua$/, "")
    .replaceAll("/", ".");
}
