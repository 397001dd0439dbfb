/** docs/reference/modules.md: what `require` finds besides files, written in TypeScript and in Lua. */
import { SyntaxKind, type SourceFile } from "ts-morph";
import { parseDocComment } from "./docComment.ts";
import { libraryReference } from "./libraryReference.ts";
import type { LibraryFunction } from "./libraries.ts";
import type { LuaModule } from "./luaModules.ts";

const INTRODUCTION =
  "What `require` finds besides files of the project, of which one of that name wins.";

export interface ModuleSources {
  /** The file with the table of modules that are written in TypeScript. */
  readonly index: SourceFile;
  readonly functions: ReadonlyMap<string, readonly LibraryFunction[]>;
  readonly luaModules: readonly LuaModule[];
}

export function moduleReference({ index, functions, luaModules }: ModuleSources): string {
  const sections = new Map(
    [...functions, ...luaModules.map((each) => [each.name, each.functions] as const)].sort(
      ([a], [b]) => (a < b ? -1 : 1),
    ),
  );
  const modules = [
    ...describedModules(index),
    ...luaModules.map(({ name, summary }) => [name, summary] as const),
  ].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = modules.map(
    ([name, meaning]) =>
      `| ${sections.has(name) ? `[\`${name}\`](#${anchorOf(name)})` : `\`${name}\``} | ${meaning} |`,
  );
  const introduction = [INTRODUCTION, "", "| module | what it is |", "| --- | --- |", ...rows];
  return libraryReference({ title: "Modules", introduction: introduction.join("\n") }, sections);
}

/** As GitHub makes it of a heading. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** The comments of the entries of the table. @throws Error for an entry without one */
function describedModules(index: SourceFile): [name: string, meaning: string][] {
  const map = index
    .getVariableDeclarationOrThrow("moduleOpeners")
    .getInitializerIfKindOrThrow(SyntaxKind.NewExpression);
  const entries = map.getArguments()[0]?.asKindOrThrow(SyntaxKind.ArrayLiteralExpression);
  return (entries?.getElements() ?? []).map((entry) => {
    const [name] = entry.asKindOrThrow(SyntaxKind.ArrayLiteralExpression).getElements();
    const text = name?.asKindOrThrow(SyntaxKind.StringLiteral).getLiteralValue() ?? "";
    const comment = entry
      .getLeadingCommentRanges()
      .findLast((range) => range.getText().startsWith("/**"));
    if (comment === undefined) throw new Error(`${index.getBaseName()} says nothing of '${text}'`);
    return [text, parseDocComment(comment.getText()).description.replaceAll("\n", " ")];
  });
}
