/**
 * The module `spacer:program` of a bundle, which exports `runtime`: the Lua files and the used part of the runtime, as
 * `BundledRuntime` (cli/bundled/nodeState.ts) says it.
 */
import { openerName } from "../../runtime/index.ts";
import type { LibraryChoice } from "./libraryChoice.ts";

/** @param hasCompiler Whether texts are compiled in the bundle. */
export function programModule(
  { globals, hasStringFunctions, preloaded, modules }: LibraryChoice,
  hasCompiler: boolean,
): string {
  const imports = new ImportList();
  const openerOf = (name: string, source: string): string => imports.add(openerName(name), source);
  const entries = (names: readonly string[], source: string): string[] =>
    names.map((name) => `${JSON.stringify(name)}: ${openerOf(name, source)}`);
  const parts = [
    `globals: {${entries(globals, LIBRARIES).join(", ")}}`,
    `preloaded: {${entries(preloaded, LIBRARIES).join(", ")}}`,
    `modules: new Map([${modules
      .map((name) => `[${JSON.stringify(name)}, ${openerOf(name, MODULES)}]`)
      .join(", ")}])`,
  ];
  if (!hasStringFunctions) {
    parts.push(`adapt: ${imports.add("openNoStringFunctions", "runtime/noStringFunctions")}`);
  }
  const compiler = hasCompiler
    ? imports.add("bundledCompiler", "cli/bundled/compiler")
    : "undefined";
  const helpers = hasCompiler ? "helpers" : "{}";
  return [
    'import * as program from "spacer:chunks";',
    ...(hasCompiler ? ['import * as helpers from "spacer:runtime/helpers/index";'] : []),
    ...imports.lines,
    `const libraries = { ${parts.join(",\n  ")} };`,
    `export const runtime = { program, libraries, helpers: ${helpers}, compiler: ${compiler} };`,
    "",
  ].join("\n");
}

const LIBRARIES = "runtime/libraryOpeners";
const MODULES = "runtime/modules/openers";

/** Imports of single names, each by a name of its own. */
class ImportList {
  readonly lines: string[] = [];

  /** @returns What it is called. */
  add(name: string, source: string): string {
    const local = `$${name}${String(this.lines.length + 1)}`;
    this.lines.push(`import { ${name} as ${local} } from "spacer:${source}";`);
    return local;
  }
}
