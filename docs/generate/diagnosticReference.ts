/** docs/diagnostics/README.md: every diagnostic with its severity and its page, in the order of the catalog. */
import { Node, SyntaxKind, type SourceFile } from "ts-morph";
import { DERIVED_NOTE } from "./libraryReference.ts";

export const CATALOG_FILE = "compiler/diagnostics/catalog.ts";
export const RULES_FILE = "compiler/diagnostics/rules.ts";

export interface DiagnosticSources {
  readonly catalog: SourceFile;
  readonly rules: SourceFile;
  /** The page of a code. */
  readonly page: (code: string) => string;
}

export function diagnosticReference({ catalog, rules, page }: DiagnosticSources): string {
  const table = (file: SourceFile, constant: string) => [
    "| code | severity | as in |",
    "| --- | --- | --- |",
    ...entriesOf(file, constant).map(
      ([code, severity]) =>
        `| [\`${code}\`](${code}.md) | ${severity} | ${exampleOf(page(code), code)} |`,
    ),
  ];
  return `${DERIVED_NOTE}

# Diagnostics

What is wrong with a program, and what to do. Each has a code, which stands behind the message.

## Errors in the syntax

A file with one of them does not run. Messages are LuaJIT's, since programs match on them.

${table(catalog, "catalog").join("\n")}

## What \`spacer check\` finds

[Checking](../guide/checking.md) tells how to ask for them, and how to be told less: \`-- spacer: ignore CODE\`. Errors can't be silenced.

${table(rules, "ruleEntries").join("\n")}
`;
}

/** The codes that are written in an object, without those that are spread into it. */
function entriesOf(file: SourceFile, constant: string): [code: string, severity: string][] {
  const initializer = file.getVariableDeclarationOrThrow(constant).getInitializer();
  const object = Node.isObjectLiteralExpression(initializer)
    ? initializer
    : initializer?.getFirstDescendantByKindOrThrow(SyntaxKind.ObjectLiteralExpression);
  return (object?.getProperties() ?? []).flatMap((property) => {
    if (!Node.isPropertyAssignment(property)) return [];
    const call = property.getInitializerIfKindOrThrow(SyntaxKind.CallExpression);
    return [[property.getName().replaceAll(/"/g, ""), call.getExpression().getText()]];
  });
}

/** What its page quotes. @throws Error when it quotes nothing */
function exampleOf(page: string, code: string): string {
  const [, quoted] = /^> (.*)$/m.exec(page) ?? [];
  if (quoted === undefined) throw new Error(`docs/diagnostics/${code}.md quotes no message`);
  const fence = quoted.includes("`") ? "``" : "`";
  return fence + quoted.replaceAll("|", "\\|") + fence;
}
