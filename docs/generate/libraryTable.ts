/**
 * compiler/generated/libraries.ts: what the compiler may know of the libraries and modules that
 * programs are given, so that it can tell wrong calls of them. Read off the same comments and
 * parameters as the reference pages.
 */
import { SyntaxKind, type SourceFile } from "ts-morph";
import type { LibraryFunction } from "./libraries.ts";

/** Declares the modules that are written in TypeScript. */
export const MODULES_INDEX = "runtime/modules/index.ts";

type Libraries = ReadonlyMap<string, readonly LibraryFunction[]>;

export interface LibraryTableSources {
  readonly standard: Libraries;
  readonly modules: Libraries;
  /** What `require` finds, by name. */
  readonly moduleNames: readonly string[];
  /** Globals and members of libraries that PUC Lua 5.1 does not have. */
  readonly absentIn51: readonly string[];
  /** What programs look for in vain, and what to use in its place. */
  readonly notOffered: NotOffered;
}

export interface NotOffered {
  readonly modules: readonly (readonly [name: string, advice: string])[];
  /** Of `ngx`. */
  readonly functions: readonly (readonly [name: string, advice: string])[];
}

export function libraryTable(sources: LibraryTableSources): string {
  const { standard, modules, moduleNames, absentIn51, notOffered } = sources;
  return `// Derived from runtime/stdlib and runtime/modules by \`npm run generate\`. Do not edit.

/** How a function is called. */
export interface LibraryFunction {
  /** "(text, count [, separator])" */
  readonly signature: string;
  /** How many arguments it needs, and takes at most; \`undefined\` when it takes any number. */
  readonly minimum: number;
  readonly maximum: number | undefined;
  /** Of the dialect openresty only. */
  readonly isOpenrestyOnly?: true;
  /** Of the dialect 5.1 only. */
  readonly isPuc51Only?: true;
}

/** The standard library, by full name: "print", "string.rep". */
export const standardFunctions: Readonly<Partial<Record<string, LibraryFunction>>> = {
${rows(standard)}
};

/** Functions of the modules that come with spacer: "cjson.encode". */
export const moduleFunctions: Readonly<Partial<Record<string, LibraryFunction>>> = {
${rows(modules)}
};

/** What \`require\` finds besides the files of a project and the standard library. */
export const builtinModules: readonly string[] = [
${lines(moduleNames)}
];

/** What the dialect 5.1 does not have: globals, and members of libraries by full name. */
export const absentIn51: readonly string[] = [
${lines(absentIn51)}
];

/** Modules that programs look for in vain, and what to use; a name that ends with a dot or \`_\` stands for all that begin so. */
export const notOfferedModules: readonly (readonly [name: string, advice: string])[] = [
${pairs(notOffered.modules)}
];

/** Functions of \`ngx\` likewise: "socket.tcp". */
export const notOfferedFunctions: readonly (readonly [name: string, advice: string])[] = [
${pairs(notOffered.functions)}
];
`;
}

function pairs(entries: NotOffered["modules"]): string {
  return entries.map((entry) => `${JSON.stringify(entry)},`).join("\n");
}

function lines(names: readonly string[]): string {
  return names.map((name) => `${JSON.stringify(name)},`).join("\n");
}

/** Lists what PUC Lua 5.1 does not have. */
export const MEMBERS_FILE = "runtime/stdlib/puc51/members.ts";

/** The strings of the array that a constant is. @throws Error when there is none */
export function stringsOf(file: SourceFile, constant: string): readonly string[] {
  return file
    .getVariableDeclarationOrThrow(constant)
    .getDescendantsOfKind(SyntaxKind.StringLiteral)
    .map((text) => text.getLiteralValue());
}

/** Says what is not offered. */
export const NOT_OFFERED_FILE = "runtime/modules/notOffered.ts";

export function notOfferedIn(file: SourceFile): NotOffered {
  const entriesOf = (constant: string) => {
    const texts = stringsOf(file, constant);
    return texts.flatMap((name, index) =>
      index % 2 === 0 ? [[name, texts[index + 1] ?? ""] as const] : [],
    );
  };
  return {
    modules: entriesOf("notOfferedModules"),
    functions: entriesOf("notOfferedFunctions"),
  };
}

/** The keys of the map of modules written in TypeScript. @throws Error when there is no such map */
export function moduleNamesIn(index: SourceFile): readonly string[] {
  const map = index
    .getVariableDeclarationOrThrow("moduleOpeners")
    .getInitializerIfKindOrThrow(SyntaxKind.NewExpression);
  const entries = map.getArguments()[0]?.asKindOrThrow(SyntaxKind.ArrayLiteralExpression);
  return (entries?.getElements() ?? []).map((entry) =>
    entry
      .asKindOrThrow(SyntaxKind.ArrayLiteralExpression)
      .getElements()[0]
      ?.asKindOrThrow(SyntaxKind.StringLiteral)
      .getLiteralValue(),
  ) as string[];
}

/**
 * What is a module in itself: functions with `@available after require "table.new"`, and libraries
 * that are no field of a global, such as `string.buffer`.
 */
export function modulesAmong(libraries: Libraries): readonly string[] {
  const functions = [...libraries.values()].flat().flatMap(({ comment }) => {
    const available = comment?.tags.get("available")?.[0] ?? "";
    return /\bafter require "([^"]+)"$/.exec(available)?.[1] ?? [];
  });
  return [...functions, ...[...libraries.keys()].filter((name) => name.includes("."))];
}

/** Methods of objects, such as `file:read`, are called on values that nobody can tell. */
function rows(libraries: Libraries): string {
  return [...libraries.values()]
    .flat()
    .filter(({ name, signature }) => signature !== "" && !name.includes(":"))
    .map((each) => {
      const { minimum, maximum } = argumentCounts(each.signature);
      const available = each.comment?.tags.get("available")?.[0];
      const members = [
        `signature: ${JSON.stringify(each.signature)}`,
        `minimum: ${String(minimum)}`,
        `maximum: ${String(maximum)}`,
        ...(/^openresty\b/.test(available ?? "") ? ["isOpenrestyOnly: true"] : []),
        ...(available === "5.1" ? ["isPuc51Only: true"] : []),
      ];
      return `${JSON.stringify(each.name)}: { ${members.join(", ")} },`;
    })
    .join("\n");
}

/** "(list, [position,] value)" -> 2 to 3. What is in brackets, and `...`, need not be there. */
export function argumentCounts(signature: string): {
  minimum: number;
  maximum: number | undefined;
} {
  let depth = 0;
  let minimum = 0;
  let maximum = 0;
  let isVariadic = false;
  for (const [token] of signature.matchAll(/[[\]]|\.\.\.|\w+/g)) {
    if (token === "[") depth++;
    else if (token === "]") depth--;
    else if (token === "...") isVariadic = true;
    else {
      maximum++;
      if (depth === 0) minimum++;
    }
  }
  return { minimum, maximum: isVariadic ? undefined : maximum };
}
