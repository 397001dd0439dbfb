/**
 * compiler/generated/helpers.ts: what code generation may know of the runtime's helpers. It stands
 * for `runtime/` in the compiler, which so never imports it.
 */
import { Node, type FunctionDeclaration, type SourceFile } from "ts-morph";
import { docCommentOf } from "./docComment.ts";

/** All that emitted code may use is exported from here. */
export const HELPERS_INDEX = "runtime/helpers/index.ts";

const EFFECTS = ["none", "allocates", "metamethods", "calls"];

/** @throws Error "add (runtime/helpers/arithmetic.ts) needs `@helper` in its doc comment" */
export function helperManifest(index: SourceFile): string {
  const helpers: string[] = [];
  const values: string[] = [];
  for (const [name, [declaration]] of index.getExportedDeclarations()) {
    if (Node.isFunctionDeclaration(declaration)) {
      const parameters = String(parametersOf(declaration));
      const effects = JSON.stringify(effectsOf(declaration, name));
      helpers.push(`${name}: { parameters: ${parameters}, effects: ${effects} },`);
    } else if (Node.isClassDeclaration(declaration) || Node.isVariableDeclaration(declaration)) {
      values.push(`${JSON.stringify(name)},`);
    }
  }
  return `// Derived from runtime/helpers by \`npm run generate\`. Do not edit.

/** What calling a helper may do: \`metamethods\` and \`calls\` may run Lua code and so suspend. */
export type Effects = ${EFFECTS.map((effect) => JSON.stringify(effect)).join(" | ")};

export const helpers = {
${helpers.sort().join("\n")}
} as const satisfies Record<string, { parameters: number | "variadic"; effects: Effects }>;

/** Values and classes among the helpers. */
export const helperValues = [
${values.sort().join("\n")}
] as const;

export type HelperName = keyof typeof helpers;
export type HelperValueName = (typeof helperValues)[number];
`;
}

function parametersOf(helper: FunctionDeclaration): number | '"variadic"' {
  const parameters = helper.getParameters();
  return parameters.some((each) => each.isRestParameter()) ? '"variadic"' : parameters.length;
}

function effectsOf(helper: FunctionDeclaration, name: string): string {
  const tags = docCommentOf(helper)?.tags;
  const path = helper
    .getSourceFile()
    .getFilePath()
    .replace(/^.*\/(?=runtime\/)/, "");
  const lacks = (what: string) => new Error(`${name} (${path}) needs ${what} in its doc comment`);
  if (tags?.has("helper") !== true) throw lacks("`@helper`");
  const effects = tags.get("effects")?.[0] ?? "";
  if (EFFECTS.includes(effects)) return effects;
  throw lacks(`\`@effects\` with one of ${EFFECTS.join(", ")}`);
}
