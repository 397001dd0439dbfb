/**
 * The functions that Lua programs are given, found where they are declared:
 * - in the object passed to `defineLibrary` (runtime/stdlib/library.ts);
 * - in the object returned by a function whose comment has `@library` and the library's name;
 * - as a `defineBuiltin` whose comment has `@available` and when it is there: not in every program.
 */
import {
  Node,
  SyntaxKind,
  type CallExpression,
  type ObjectLiteralExpression,
  type SourceFile,
} from "ts-morph";
import { docCommentOf, type DocComment } from "./docComment.ts";
import { signatureOf } from "./signature.ts";

export interface LibraryFunction {
  /** "string.rep", "file:read", "print" */
  readonly name: string;
  /** "(text, count [, separator])"; "" when it can't be read off the function. */
  readonly signature: string;
  /** False for what only raises that it is not there yet. */
  readonly isSupported: boolean;
  readonly comment: DocComment | undefined;
}

/** By the name of the library, "" for the basic functions. Both are ordered by name. */
export function findLibraries(
  files: readonly SourceFile[],
): ReadonlyMap<string, readonly LibraryFunction[]> {
  const libraries = new Map<string, LibraryFunction[]>();
  const functions = files.flatMap((file) => [
    ...definedFunctions(file),
    ...returnedFunctions(file),
    ...availableFunctions(file),
  ]);
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  for (const found of functions.sort(byName)) {
    const library = /^(.*)[.:]/.exec(found.name)?.[1] ?? "";
    libraries.set(library, [...(libraries.get(library) ?? []), found]);
  }
  return new Map([...libraries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function definedFunctions(file: SourceFile): LibraryFunction[] {
  return callsOf(file, "defineLibrary").flatMap((call) => {
    const [name, functions] = call.getArguments();
    if (!Node.isStringLiteral(name) || !Node.isObjectLiteralExpression(functions)) return [];
    return functionsIn(functions, name.getLiteralValue());
  });
}

function returnedFunctions(file: SourceFile): LibraryFunction[] {
  return file.getFunctions().flatMap((declaration) => {
    const [library] = docCommentOf(declaration)?.tags.get("library") ?? [];
    const [last] = declaration.getStatements().slice(-1);
    const returned = Node.isReturnStatement(last) ? last.getExpression() : undefined;
    const isLibrary = library !== undefined && Node.isObjectLiteralExpression(returned);
    return isLibrary ? functionsIn(returned, library) : [];
  });
}

function availableFunctions(file: SourceFile): LibraryFunction[] {
  return callsOf(file, "defineBuiltin").flatMap((call) => {
    const [name] = call.getArguments();
    const declaration = call.getParentIfKind(SyntaxKind.VariableDeclaration);
    if (declaration === undefined || !Node.isStringLiteral(name)) return [];
    const comment = docCommentOf(declaration);
    const isListed = comment?.tags.has("available") === true;
    return isListed ? [describe(name.getLiteralValue(), comment, call)] : [];
  });
}

function callsOf(file: SourceFile, name: string): CallExpression[] {
  return file
    .getDescendantsOfKind(SyntaxKind.CallExpression)
    .filter((call) => call.getExpression().getText() === name);
}

function functionsIn(functions: ObjectLiteralExpression, library: string): LibraryFunction[] {
  const prefix = library === "" ? "" : `${library}.`;
  return functions.getProperties().flatMap((property) => {
    const implementation = implementationOf(property);
    if (implementation === undefined) return [];
    const { name, node } = implementation;
    return [describe(prefix + name, docCommentOf(property) ?? docCommentOf(node), node)];
  });
}

/** The function of a property, or the declaration of what it is mentioned by. */
function implementationOf(property: Node): { name: string; node: Node } | undefined {
  const initializer = Node.isPropertyAssignment(property) ? property.getInitializer() : undefined;
  const symbol = Node.isShorthandPropertyAssignment(property)
    ? property.getValueSymbol()
    : initializer?.asKind(SyntaxKind.Identifier)?.getSymbol();
  const node = (symbol?.getAliasedSymbol() ?? symbol)?.getDeclarations()[0] ?? initializer;
  return Node.hasName(property) && node !== undefined
    ? { name: property.getName(), node }
    : undefined;
}

/** @param implementation The function, an expression that makes it, or its declaration. */
function describe(
  name: string,
  comment: DocComment | undefined,
  implementation: Node,
): LibraryFunction {
  const value = Node.isVariableDeclaration(implementation)
    ? implementation.getInitializer()
    : implementation;
  const signature = comment?.tags.get("signature")?.[0] ?? signatureOf(value) ?? "";
  const isMethod = signature.startsWith("(self");
  return {
    name: isMethod ? name.replace(/\.(?=\w+$)/, ":") : name,
    signature: signature.replace(/^\(self(?: \[, |, )?/, (cut) => (cut.includes("[") ? "([" : "(")),
    isSupported: !(
      Node.isCallExpression(value) && value.getExpression().getText() === "unsupported"
    ),
    comment,
  };
}
