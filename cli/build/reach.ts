/**
 * Finds the modules that a program is made of, from its roots on: what they require, and the functions that they call. Each is
 * asked for as soon as it is known, so that several processes can take part. Nothing of the project is run.
 *
 * Names are looked for as `require` does: first the project's files, then what comes with spacer.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { adviceOnModule, librariesFor, type NamedPlace, type Span } from "../../compiler/index.ts";
import type { DialectName } from "../../runtime/index.ts";
import { fromBytes, toBytes } from "../bytes.ts";
import { sourceOf } from "../check/examinedFile.ts";
import { sortFindings, type Finding } from "../check/finding.ts";
import { ModuleSearch, placesOf } from "../check/moduleRules.ts";
import { luaModulesFolder } from "../installation.ts";
import type { CompiledFile, FileInput, UsableFile } from "./compileFile.ts";
import type { ResumesFrom } from "./resumption.ts";

export interface ReachOptions {
  readonly dialect: DialectName;
  readonly resumesFrom: ResumesFrom;
  /** Where modules are looked for, as in `package.path`. */
  readonly templates: readonly string[];
  /** Its Lua files that can be modules, from the root. */
  readonly paths: ReadonlySet<string>;
  /** Reads one of these. @throws UserError where it can't be read */
  readonly inputOf: (path: string) => FileInput;
  readonly compile: (input: FileInput) => Promise<CompiledFile>;
  /** Called once, when of all files that are known by then a half is compiled. @param reached So far. */
  readonly onHalf?: (reached: Reached) => void;
}

/** A function or file that is part of the program whatever others say. */
export interface Root {
  /** The path of a file, or the name of a function, in bytes. */
  readonly name: string;
  readonly kind: "file" | "function" | "module";
  /** Where it is named; nothing is said about its absence otherwise. */
  readonly from?: { readonly file: ShownFile; readonly span: Span };
}

export interface ReachedFile extends UsableFile {
  /** From the root, as text; "[builtin sse]" for one that comes with spacer. */
  readonly path: string;
  readonly input: FileInput;
  /** Paths of the files that it uses itself. */
  readonly uses: ReadonlySet<string>;
  /** Modules that it requires and that are no files: those of spacer, and libraries. */
  readonly required: ReadonlySet<string>;
}

export interface Reached {
  /** By path. */
  readonly files: readonly ReachedFile[];
  /** Modules that roots name and that are no files. */
  readonly required: ReadonlySet<string>;
  /** What is wrong, by file and place. */
  readonly findings: readonly Finding[];
  /** How many files were looked at. */
  readonly fileCount: number;
}

type ShownFile = Pick<Finding, "source"> & { readonly path: string };

export async function reach(roots: readonly Root[], options: ReachOptions): Promise<Reached> {
  const search = new Reaching(options);
  for (const root of roots) search.addRoot(root);
  await search.settled();
  return search.finish();
}

/** Something that was looked for and is no file: said in the end, when all is known that files make known themselves. */
interface Missing {
  readonly file: ShownFile;
  readonly place: NamedPlace;
  readonly kind: "module" | "function";
  readonly mayFail: boolean;
}

/** What a file uses, as far as it was found. */
interface Found {
  readonly uses: Set<string>;
  readonly required: Set<string>;
}

class Reaching {
  private readonly options: ReachOptions;
  private readonly reached = new Map<string, ReachedFile>();
  /** Of files that are reached or being compiled. */
  private readonly known = new Set<string>();
  private compiling: Promise<void>[] = [];
  /** What roots lead to. */
  private readonly roots: Found = { uses: new Set(), required: new Set() };
  private readonly provided = new Set<string>();
  private readonly missing: Missing[] = [];
  private readonly findings: Finding[] = [];
  private changesSearch = false;
  private isHalfDone = false;

  constructor(options: ReachOptions) {
    this.options = options;
  }

  addRoot({ name, kind, from }: Root): void {
    if (kind === "file") this.add(name);
    else if (from !== undefined) {
      this.look(from.file, { name, span: from.span }, { kind, mayFail: false, by: this.roots });
    } else if (!this.find(name, this.roots)) {
      throw new Error(`there is no module '${fromBytes(name)}'`);
    }
  }

  /** All that there is to reach is reached. */
  async settled(): Promise<void> {
    // What is compiled leads to others.
    while (this.compiling.length > 0) await Promise.all(this.compiling.splice(0));
  }

  private ask(path: string, input: FileInput): void {
    const taken = this.options.compile(input).then((compiled) => {
      this.take(path, input, compiled);
      this.noteProgress();
    });
    // Of several that fail one is told.
    taken.catch(() => undefined);
    this.compiling.push(taken);
  }

  private noteProgress(): void {
    const { onHalf } = this.options;
    if (onHalf === undefined || this.isHalfDone || 2 * this.reached.size < this.known.size) return;
    this.isHalfDone = true;
    onHalf(this.soFar());
  }

  private take(path: string, input: FileInput, compiled: CompiledFile): void {
    const file = { path, source: sourceOf(path, input.source) };
    if (compiled.kind === "broken") {
      for (const diagnostic of compiled.diagnostics) this.report(file, diagnostic);
      return;
    }
    const by = { uses: new Set<string>(), required: new Set<string>() };
    this.reached.set(path, { ...compiled, path, input, ...by });
    const { use } = compiled;
    for (const name of use.provided) this.provided.add(name);
    this.changesSearch ||= use.changesSearch;
    const isRequired = new Set(use.requiredAt);
    for (const place of use.modules) {
      const mayFail = !isRequired.has(place.span.start);
      this.look(file, place, { kind: "module", mayFail, by });
    }
    for (const place of [...use.routes, ...use.functions]) {
      const named = { ...place, name: withoutSlash(place.name) };
      this.look(file, named, { kind: "function", mayFail: false, by });
    }
    for (const { kind, span, prefix } of use.unknown) {
      this.report(file, computedName(kind, span, prefix, file));
    }
    if (use.computedRouteAt !== undefined) {
      this.report(file, computedName("function", use.computedRouteAt, "", file));
    }
  }

  finish(): Reached {
    this.reportMissing();
    return this.soFar();
  }

  private soFar(): Reached {
    const files = [...this.reached.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    const { roots, findings, known } = this;
    const { required } = roots;
    return { files, required, findings: sortFindings(findings), fileCount: known.size };
  }

  private look(
    file: ShownFile,
    place: NamedPlace,
    { by, ...missing }: Pick<Missing, "kind" | "mayFail"> & { readonly by: Found },
  ): void {
    if (!this.find(place.name, by)) this.missing.push({ file, place, ...missing });
  }

  /** Whether there is a module of a name; it becomes part of the program. @param by Notes what it is. */
  private find(name: string, by: Found): boolean {
    const { templates, paths, dialect } = this.options;
    const path = placesOf(name, templates).find((each) => paths.has(each));
    // What is in `package.preload` comes before files.
    const isBuiltin = libraryModules(dialect).has(name);
    if (isBuiltin) by.required.add(name);
    if (path !== undefined) {
      by.uses.add(path);
      this.add(path);
    } else if (isBuiltin) {
      this.addBuiltin(name, by);
    }
    return path !== undefined || isBuiltin;
  }

  private add(path: string): void {
    if (this.known.has(path)) return;
    this.known.add(path);
    this.ask(path, this.options.inputOf(path));
  }

  /** Of the modules that come with spacer, some are written in Lua. */
  private addBuiltin(name: string, by: Found): void {
    const path = `[builtin ${name}]`;
    const file = join(luaModulesFolder(), `${name.replaceAll(".", "/")}.lua`);
    if (!existsSync(file)) return;
    by.uses.add(path);
    if (this.known.has(path)) return;
    this.known.add(path);
    const { dialect, resumesFrom } = this.options;
    const source = readFileSync(file, "latin1");
    this.ask(path, { chunkName: `=${path}`, source, isGatewayFile: false, dialect, resumesFrom });
  }

  private reportMissing(): void {
    const { paths, templates, dialect } = this.options;
    const libraries = librariesFor({ isLua52Compatible: dialect === "openresty" });
    const search = new ModuleSearch(paths, this.provided, libraries);
    for (const { file, place, kind, mayFail } of this.missing) {
      if (this.provided.has(place.name)) continue;
      const isCertain = !mayFail && !(kind === "module" && this.changesSearch);
      const name = place.name;
      const suggestion = search.suggest(name, templates);
      const hint =
        adviceOnModule(name) ??
        (suggestion === undefined
          ? `it would be ${placesOf(name, templates).map(toBytes).join(" or ")}`
          : `did you mean '${suggestion}'?`);
      this.report(file, {
        code: kind === "module" ? "unknown-module" : "missing-function",
        severity: isCertain ? "error" : "warning",
        message: `there is no ${kind} '${name}'${mayFail ? ", so this will fail" : ""}`,
        hint,
        line: file.source.lineAt(place.span.start),
        span: place.span,
      });
    }
  }

  private report({ path, source }: ShownFile, diagnostic: Finding["diagnostic"]): void {
    this.findings.push({ file: path, diagnostic, source });
  }
}

/** What `require` finds without any file of the program. */
function libraryModules(dialect: DialectName): ReadonlySet<string> {
  const isLua52Compatible = dialect === "openresty";
  return librariesFor({ isLua52Compatible, isPuc51: dialect === "5.1" }).modules;
}

/** As `flow` takes names of functions. */
function withoutSlash(name: string): string {
  return name.replace(/^\/+/, "");
}

function computedName(
  kind: "module" | "function",
  span: Span,
  prefix: string,
  { source }: ShownFile,
): Finding["diagnostic"] {
  const pattern = /[./]/.test(prefix) ? `${prefix.replace(/[^./]*$/, "")}*` : "name";
  return {
    code: "computed-name",
    severity: "warning",
    message: `nobody can tell which ${kind} this is`,
    hint: `what it may be is put in by --include '${pattern}', or build.include in the settings`,
    line: source.lineAt(span.start),
    span,
  };
}
