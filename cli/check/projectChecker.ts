/**
 * What is wrong with a project, kept up to date file by file. A file is examined when it changes;
 * what several files decide together is found anew for each answer, from the few facts about each
 * file that the rules need.
 */
import { librariesFor } from "../../compiler/index.ts";
import { PROGRAM_SEARCH_PATH, SEARCH_PATH } from "../searchPath.ts";
import { isSource } from "../projectFolders.ts";
import { CONFIG_FILE, GATEWAY_FILE } from "../projectRoot.ts";
import { replacedIn, wrongCalls } from "./callRules.ts";
import { examineFile, findingOf, isBroken, type ExaminedFile } from "./examinedFile.ts";
import { sortFindings, type Finding } from "./finding.ts";
import { globalsOf, undeclaredWrites, undefinedGlobals, type GlobalNames } from "./globalRules.ts";
import { missingFunctions, ModuleSearch, unknownModules } from "./moduleRules.ts";
import { readSettingsFile, type SettingsFile } from "./settingsFile.ts";

/** Projects run in the dialect openresty. */
const LIBRARIES = librariesFor({ isLua52Compatible: true });

export class ProjectChecker {
  private readonly files = new Map<string, ExaminedFile>();
  private settings: SettingsFile | undefined = undefined;
  private known: readonly Finding[] | undefined = undefined;

  /**
   * Takes notice of a file: a new one, a changed one, or one that is gone. Files that are neither
   * Lua nor the settings mean nothing.
   *
   * @param path From the root of the project, with `/`.
   * @param bytes The content; `undefined` when there is no such file any more.
   */
  update(path: string, bytes: string | undefined): void {
    if (path === CONFIG_FILE) {
      this.settings = bytes === undefined ? undefined : readSettingsFile(bytes);
    } else if (!path.endsWith(".lua")) {
      return;
    } else if (bytes === undefined) {
      this.files.delete(path);
    } else {
      const options = { isLua52Compatible: true, isGatewayFile: path === GATEWAY_FILE };
      this.files.set(path, examineFile(path, bytes, options));
    }
    this.known = undefined;
  }

  /** All that is wrong now, by file and place. The same list until something is updated. */
  findings(): readonly Finding[] {
    this.known ??= sortFindings(this.findAll());
    return this.known;
  }

  /** The paths of all files that findings can be about. */
  get paths(): readonly string[] {
    return [...this.files.keys(), ...(this.settings === undefined ? [] : [CONFIG_FILE])];
  }

  /** What is not looked for, and because of which files. */
  get notes(): readonly string[] {
    const pathsWhere = (isReason: (file: ExaminedFile) => boolean): string =>
      [...this.files.values()]
        .filter((file) => isReason(file) && !isBroken(file))
        .map(({ path }) => path)
        .sort()
        .join(", ");
    const globals = pathsWhere(({ facts }) => facts.globals.undeterminedAt !== undefined);
    const modules = pathsWhere(({ facts }) => facts.modules.changesSearch);
    return [
      ...(globals === ""
        ? []
        : [`undefined globals are not looked for: names are computed in ${globals}`]),
      ...(modules === ""
        ? []
        : [`unknown modules are not looked for: where they are searched is changed in ${modules}`]),
    ];
  }

  private findAll(): Finding[] {
    const all = [...this.files.values()];
    const served = all.filter(isServed);
    const provided = new Set(all.flatMap(({ facts }) => facts.modules.provided));
    const search = new ModuleSearch(new Set(this.files.keys()), provided, LIBRARIES);
    const replaced = replacedIn(all);
    const hasKnownModules = !changeSearch(served);
    const servedView: View = { globals: globalsOf(served), hasKnownModules, search, replaced };
    const programView: View = {
      ...servedView,
      globals: globalsOf(all),
      hasKnownModules: !changeSearch(all),
    };
    const findings = all.flatMap((file) =>
      isServed(file) ? findInServed(file, servedView) : findInProgram(file, programView),
    );
    if (this.settings?.problem !== undefined) findings.push(this.settings.problem);
    if (hasKnownModules) findings.push(...this.findMissing(search));
    return findings;
  }

  private findMissing(search: ModuleSearch): Finding[] {
    const gateway = this.files.get(GATEWAY_FILE);
    const { settings } = this;
    return [
      ...(gateway === undefined ? [] : missingFunctions(gateway, gateway.facts.routes, search)),
      ...(settings === undefined ? [] : missingFunctions(settings, settings.functions, search)),
    ];
  }
}

/** What a file sees of the others. */
interface View {
  readonly globals: GlobalNames;
  /** Nobody changes how `require` searches. */
  readonly hasKnownModules: boolean;
  readonly search: ModuleSearch;
  readonly replaced: ReadonlySet<string>;
}

/** Functions and what they require share a process; tests and other programs have one of their own. */
function isServed({ path }: ExaminedFile): boolean {
  return isSource(path);
}

function findInServed(file: ExaminedFile, view: View): Finding[] {
  return [...findIn(file, view, SEARCH_PATH), ...undeclaredWrites(file, view.globals)];
}

function findInProgram(file: ExaminedFile, view: View): Finding[] {
  return findIn(file, view, PROGRAM_SEARCH_PATH);
}

function findIn(file: ExaminedFile, view: View, templates: readonly string[]): Finding[] {
  const { globals, hasKnownModules, search, replaced } = view;
  return [
    ...file.facts.diagnostics.map((diagnostic) => findingOf(file, diagnostic)),
    ...undefinedGlobals(file, globals, LIBRARIES),
    ...(hasKnownModules ? unknownModules(file, search, templates) : []),
    ...wrongCalls(file, {
      replaced,
      assigned: globals.assigned,
      isOwnModule: (name) => !hasKnownModules || search.isOwn(name, templates),
    }),
  ];
}

function changeSearch(files: readonly ExaminedFile[]): boolean {
  return files.some(({ facts }) => facts.modules.changesSearch);
}
