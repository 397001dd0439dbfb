/** V8 compares up to four hidden classes in line: nodes have no more layouts than that. (Code for debuggers and accessible code have more.) */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "../../1-parse/index.ts";
import { analyze } from "../../2-analyze/index.ts";
import { SourceText } from "../../source.ts";
import { generate, type GeneratedScript } from "../index.ts";

const programs = resolve(__dirname, "../../../fixtures/benchmarks/programs");

/** Nodes that stand in a place of their own, which no other kind shares. */
const PARTS = new Set(["Property", "VariableDeclarator", "SwitchCase"]);

function scriptOf(text: string): GeneratedScript {
  const source = new SourceText(text, "@test.lua", "test.lua");
  const chunk = parse(source, () => undefined);
  if (chunk === undefined) throw new Error("not Lua");
  const analysis = analyze(chunk, { usesEnvironments: false, isAccessible: false, text });
  const lineAt = (offset: number): number => source.lineAt(offset);
  return generate(chunk, analysis, { shortName: "test.lua", lineAt }).script;
}

/** Adds what properties nodes have, in their order, and how many nodes there are of each. */
function addLayouts(node: unknown, layouts: Map<string, Set<string>>): void {
  if (typeof node !== "object" || node === null) return;
  const { type } = node as { readonly type?: unknown };
  if (typeof type === "string" && !PARTS.has(type)) {
    const group = type.endsWith("Statement") || STATEMENTS.has(type) ? "statement" : "expression";
    const found = layouts.get(group) ?? new Set<string>();
    layouts.set(group, found.add(Object.keys(node).join()));
  }
  for (const child of Object.values(node)) addLayouts(child, layouts);
}

const STATEMENTS = new Set(["Sited", "SuspendExit", "Comment", "VariableDeclaration"]);

test("four for expressions, four for statements", () => {
  const layouts = new Map<string, Set<string>>();
  for (const name of readdirSync(programs).filter((each) => each.endsWith(".lua"))) {
    const { prelude, functions, ending } = scriptOf(readFileSync(join(programs, name), "latin1"));
    const all = [...prelude, ...functions.map(({ statement }) => statement), ending];
    for (const statement of all) addLayouts(statement, layouts);
  }
  expect(layouts.get("expression")?.size).toBe(4);
  expect(layouts.get("statement")?.size).toBe(4);
});
