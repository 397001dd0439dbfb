/**
 * The functions that Lua programs are given, found where they are declared: in the object passed to
 * `defineLibrary` (runtime/stdlib/library.ts), or, for those that not every program has, where a
 * `defineBuiltin` has the tag `@available` and the words that say when.
 */
import {
  Node,
  SyntaxKind,
  type CallExpression,
  type SourceFile,
  type Symbol as MorphSymbol,
  type VariableDeclaration,
} from "ts-morph";
import { docCommentOf, type DocComment } from "./docComment.ts";
import { signatureOf } from "./signature.ts";

export interface LibraryFunction {
  /** "string.rep", "print" */
  readonly name: string;
  /** "(text, count [, separator])"; `undefined` for what only says that it is not there yet. */
  readonly signature: string | undefined;
  readonly comment: DocComment | undefined;
}

/** By the name of the library, "" for the basic functions. Both are ordered by name. */
export function findLibraries(
  files: readonly SourceFile[],
): ReadonlyMap<string, readonly LibraryFunction[]> {
  const libraries = new Map<string, LibraryFunction[]>();
  const functions = files.flatMap((file) => [...inLibraries(file), ...availableBuiltins(file)]);
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  for (const found of functions.sort(byName)) {
    const library = found.name.slice(0, Math.max(0, found.name.lastIndexOf(".")));
    libraries.set(library, [...(libraries.get(library) ?? []), found]);
  }
  return new Map([...libraries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function inLibraries(file: SourceFile): LibraryFunction[] {
  return callsOf(file, "defineLibrary").flatMap((call) => {
    const [name, functions] = call.getArguments();
    if (!Node.isStringLiteral(name) || !Node.isObjectLiteralExpression(functions)) return [];
    const prefix = name.getLiteralValue() === "" ? "" : `${name.getLiteralValue()}.`;
    return functions.getProperties().flatMap((property) => {
      if (Node.isPropertyAssignment(property)) {
        return [describe(prefix + property.getName(), property, property.getInitializer())];
      }
      if (!Node.isShorthandPropertyAssignment(property)) return [];
      const declaration = variableNamed(property.getValueSymbol());
      return [describe(prefix + property.getName(), declaration, declaration?.getInitializer())];
    });
  });
}

function availableBuiltins(file: SourceFile): LibraryFunction[] {
  return callsOf(file, "defineBuiltin").flatMap((call) => {
    const [name] = call.getArguments();
    const declaration = call.getParentIfKind(SyntaxKind.VariableDeclaration);
    if (declaration === undefined || !Node.isStringLiteral(name)) return [];
    const found = describe(name.getLiteralValue(), declaration, call);
    return found.comment?.tags.has("available") === true ? [found] : [];
  });
}

function callsOf(file: SourceFile, name: string): CallExpression[] {
  return file
    .getDescendantsOfKind(SyntaxKind.CallExpression)
    .filter((call) => call.getExpression().getText() === name);
}

function variableNamed(symbol: MorphSymbol | undefined): VariableDeclaration | undefined {
  const [declaration] = (symbol?.getAliasedSymbol() ?? symbol)?.getDeclarations() ?? [];
  return Node.isVariableDeclaration(declaration) ? declaration : undefined;
}

function describe(
  name: string,
  declaration: Node | undefined,
  initializer: Node | undefined,
): LibraryFunction {
  const comment = declaration === undefined ? undefined : docCommentOf(declaration);
  const [given] = comment?.tags.get("signature") ?? [];
  return { name, signature: given ?? signatureOf(initializer), comment };
}
