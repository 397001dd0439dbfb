/**
 * Makes a script of a bundled module: an expression whose value is a function, so that it can be loaded by `vm.Script`
 * together with V8's code cache, which Node has no place for when it loads modules (cli/launch/scripts.ts).
 *
 *     import { a, b as c } from "./other.js";            (function ($load, $import, $place, $build) { "use strict";
 *     var d = a + c;                            --->     const $0 = $load("./other.js"); return ((a, c) => {
 *     export { d };                                      var d = a + c;
 *                                                        return { d }; })($0.a, $0.b); })
 *
 * It also makes what is declared and imported constant to V8. esbuild writes the constants of modules as `var`, and
 * what a module exports or imports lives in cells: to V8, all of these may change at any time, so optimized
 * code loads and checks them anew at each use. The variables and parameters of a function that nobody assigns
 * to, it knows to be constant, and builds their values into the code. Measured: a loop of yield and resume takes 0.7 of the time.
 * They stay `var`: of a `const` of an outer function it asks at each use whether it has its value by now (0.99 of the time of whole programs).
 *
 * A namespace (`import * as helpers`) becomes a plain object, made when all that is in it has been: esbuild's has a getter for each name, and the
 * 190 of the helpers took 1 ms of each start. Nobody can tell, as no exported variable is assigned to later (eslint.config.js).
 *
 * Lines stay where they are, so source maps hold.
 */
const IMPORT = /^import (?:([^";]*?) from )?"([^"]+)";$/gm;
const LATER = /\bimport\("([^"]+)"/g;
const EXPORT = /^export \{([^}]*)\};$/m;
const HASHBANG = /^#!.*/;
/** As esbuild writes it. */
const NAMESPACE = /^var ([\w$]+) = \{\};\n__export\(\1, \{\n([^]*?)\n\}\);$/gm;
const GETTER = /^ {2}([\w$]+): \(\) => ([\w$]+),?$/;

/** What esbuild has to leave in the code for `import.meta.url` and for the name of the build. */
export const SCRIPT_GLOBALS = { url: "$place.url", build: "$build", load: "$load" };

/**
 * @param code As esbuild prints a module, whose top level waits for nothing.
 * @param nameOf What a module is called that is imported from one beside it, "./other.js"; by itself as it is written.
 */
export function linkScript(code: string, nameOf = (source: string) => source): string {
  const sources: string[] = [];
  const parameters: string[] = [];
  const values: string[] = [];
  const named = (source: string) => (source.startsWith(".") ? nameOf(source) : source);
  const { rest, made } = takeNamespaces(code);
  const body = rest
    .replace(HASHBANG, "")
    .replaceAll(LATER, (_, source: string) => `$import("${named(source)}"`)
    .replaceAll(IMPORT, (whole, clause: string | undefined, source: string) => {
      const name = `$${String(sources.length)}`;
      sources.push(`${name} = $load("${named(source)}")`);
      for (const [imported, local] of clause === undefined ? [] : importedNames(clause)) {
        parameters.push(local);
        // What others call a default is all that a module of Node or a package in CommonJS is.
        values.push(imported === undefined ? name : `${name}.${imported}`);
      }
      return whole.replaceAll(/[^\n]/g, "");
    });
  if (/^(?:import|export)\b/m.test(body.replace(EXPORT, ""))) {
    throw new Error("an import or export of a form that the build does not know");
  }
  const exported = EXPORT.exec(body);
  const returned = listOf(exported?.[1] ?? "").map(([local, name]) =>
    local === name ? name : `${name}: ${local}`,
  );
  const end = `${made.join("")}return { ${returned.join(", ")} }; })(${values.join(", ")}); })`;
  const head =
    `(function ($load, $import, $place, $build) { "use strict"; ` +
    (sources.length === 0 ? "" : `const ${sources.join(", ")}; `) +
    `return ((${parameters.join(", ")}) => { `;
  const whole =
    exported === null
      ? body.replace(/(?=^\/\/# sourceMappingURL|(?![^]))/m, () => `${end}\n`)
      : body.replace(EXPORT, (text) => end + "\n".repeat(text.split("\n").length - 1));
  return head + whole;
}

/**
 * Takes namespaces out of the code, and says what makes them at its end, where all that is in them is there.
 * One that a statement of the module itself names stays as it is.
 */
function takeNamespaces(code: string): { readonly rest: string; readonly made: readonly string[] } {
  const made: string[] = [];
  const rest = code.replaceAll(NAMESPACE, (whole, namespace: string, getters: string) => {
    const properties = getters.split("\n").map((line) => GETTER.exec(line));
    if (properties.includes(null) || isNamedAtTopLevel(code.replace(whole, ""), namespace)) {
      return whole;
    }
    const texts = properties.map((found) =>
      found?.[1] === found?.[2] ? found?.[1] : `${String(found?.[1])}: ${String(found?.[2])}`,
    );
    made.push(`${namespace} = { ${texts.join(", ")} }; `);
    return `var ${namespace};${"\n".repeat(whole.split("\n").length - 1)}`;
  });
  return { rest, made };
}

/** Statements of a module begin where their lines do; what is in functions is indented. */
function isNamedAtTopLevel(code: string, namespace: string): boolean {
  const escaped = namespace.replaceAll("$", "\\$");
  return new RegExp(`^(?! )[^\\n]*(?<![\\w$])${escaped}(?![\\w$])`, "m").test(code);
}

/** Names of an import clause; `undefined` stands for the module itself. */
function importedNames(clause: string): [imported: string | undefined, local: string][] {
  const [, single = "", list = ""] =
    /^(?:(?:\* as )?([\w$]+))?(?:, )?(?:\{([^}]*)\})?$/.exec(clause) ?? [];
  const names: [string | undefined, string][] = single === "" ? [] : [[undefined, single]];
  return [...names, ...listOf(list)];
}

/** `a, b as c` -> [["a", "a"], ["b", "c"]] */
function listOf(text: string): [name: string, renamedTo: string][] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const [name = "", renamedTo = name] = part.split(" as ");
      return [name, renamedTo];
    });
}
