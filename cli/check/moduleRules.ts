/** The rules about what `require` finds, functions that routes and triggers name among it. */
import { adviceOnModule, type Libraries, type NamedPlace } from "../../compiler/index.ts";
import { fromBytes, toBytes } from "../bytes.ts";
import { SEARCH_PATH } from "../searchPath.ts";
import { closest } from "../suggestion.ts";
import { findingAt, type ExaminedFile } from "./examinedFile.ts";
import type { Finding } from "./finding.ts";

/** So many suggestions are made: where more modules are unknown, spelling is not what is wrong. */
const MAX_SUGGESTIONS = 20;

/** What `require` finds in a project. Names are in bytes, as `require` takes them. */
export class ModuleSearch {
  private readonly paths: ReadonlySet<string>;
  private readonly provided: ReadonlySet<string>;
  private readonly libraries: Libraries;
  private suggestionCount = 0;

  /**
   * @param paths The Lua files of the project, from its root.
   * @param provided What files make known to `require` themselves.
   */
  constructor(paths: ReadonlySet<string>, provided: ReadonlySet<string>, libraries: Libraries) {
    this.paths = paths;
    this.provided = provided;
    this.libraries = libraries;
  }

  isFound(name: string, templates: readonly string[]): boolean {
    return this.libraries.modules.has(name) || this.isOwn(name, templates);
  }

  /** Whether the project has a module of its own by a name. */
  isOwn(name: string, templates: readonly string[]): boolean {
    return (
      this.provided.has(name) || placesOf(name, templates).some((path) => this.paths.has(path))
    );
  }

  /** The name of a module that may have been meant, written in the same way. */
  suggest(name: string, templates: readonly string[]): string | undefined {
    if (++this.suggestionCount > MAX_SUGGESTIONS) return undefined;
    const separator = name.includes("/") ? "/" : ".";
    const own = [...this.paths].flatMap((path) => nameOf(path, templates, separator) ?? []);
    const suggestion = closest(fromBytes(name), [...own, ...this.libraries.modules]);
    return suggestion === undefined ? undefined : toBytes(suggestion);
  }
}

/** Modules that are required and not there. */
export function unknownModules(
  file: ExaminedFile,
  search: ModuleSearch,
  templates: readonly string[],
): Finding[] {
  return file.facts.modules.required.flatMap((place) => {
    const { name } = place;
    if (search.isFound(name, templates)) return [];
    const advice = adviceOnModule(name);
    if (advice !== undefined) return findingAt(file, "not-offered", { name, advice }, place);
    const suggestion = search.suggest(name, templates);
    const places = placesOf(name, templates).map(toBytes);
    return findingAt(file, "unknown-module", { name, suggestion, places }, place);
  });
}

/** Functions that a gateway file or the settings name, and that are not there. */
export function missingFunctions(
  file: Pick<ExaminedFile, "path" | "source">,
  names: readonly NamedPlace[],
  search: ModuleSearch,
): Finding[] {
  return names.flatMap((place) => {
    const { name } = place;
    if (search.isFound(name, SEARCH_PATH)) return [];
    const suggestion = search.suggest(name, SEARCH_PATH);
    // It may lie in lib/, too, but that is not where functions belong.
    const places = placesOf(name, SEARCH_PATH.slice(0, 1)).map(toBytes);
    return findingAt(file, "missing-function", { name, suggestion, places }, place);
  });
}

/** "app/a/b.lua" and so on, for "a.b" or "a/b". */
export function placesOf(name: string, templates: readonly string[]): string[] {
  const place = fromBytes(name).replaceAll(".", "/");
  return templates.map((template) =>
    template.replaceAll("?", () => place).replaceAll(/\/{2,}/g, "/"),
  );
}

/** What `require` calls a file; `undefined` when no template leads to it. */
function nameOf(path: string, templates: readonly string[], separator: string): string | undefined {
  for (const template of templates) {
    const [before = "", after = ""] = template.split("?");
    if (path.startsWith(before) && path.endsWith(after)) {
      return path.slice(before.length, path.length - after.length).replaceAll("/", separator);
    }
  }
  return undefined;
}
