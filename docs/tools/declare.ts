/**
 * Part of `npm pack`: the types of the doors, beside their code in dist/. Only the files that these
 * types mention are written, not one for every module.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { doors, root } from "./package.ts";

const declarationOf = declarations(doors.map((door) => join(root, `${door}.ts`)));
const wanted = new Set(doors.map((door) => join(root, `${door}.d.ts`)));
for (const path of wanted) {
  const text = declarationOf(path);
  for (const imported of ts.preProcessFile(text).importedFiles) {
    if (imported.fileName.startsWith(".")) {
      wanted.add(join(dirname(path), imported.fileName.replace(/\.ts$/, ".d.ts")));
    }
  }
  const target = join(root, "dist", relative(root, path));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, withPublicPaths(text));
}

/** Imports by names that every version of TypeScript resolves, whatever its options: those of the code. */
function withPublicPaths(text: string): string {
  return text.replaceAll(/(from |import\()"(\.[^"]*)\.ts"/g, '$1"$2.js"');
}

/**
 * Makes declaration files one by one, as most modules that the entries need have none that is wanted, and it takes longer than all else.
 *
 * @returns A function from its path to its text. @throws Error when there is no such module, or a type can't be written down
 */
function declarations(entries: readonly string[]): (path: string) => string {
  const file = ts.readConfigFile(join(root, "tsconfig.json"), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(file.config, ts.sys, root, {
    noEmit: false,
    noCheck: true,
    declaration: true,
    emitDeclarationOnly: true,
  });
  const program = ts.createProgram(entries, options);
  return (path) => {
    const source = program.getSourceFile(path.replace(/\.d\.ts$/, ".ts"));
    let text: string | undefined;
    const write = (_: string, written: string) => (text = written);
    const diagnostics = source === undefined ? [] : program.emit(source, write).diagnostics;
    // The file would be left out.
    if (diagnostics.length > 0) throw new Error(describe(diagnostics));
    if (text === undefined) throw new Error(`there are no types of ${path}`);
    return text;
  };
}

function describe(diagnostics: readonly ts.Diagnostic[]): string {
  return ts.formatDiagnostics(diagnostics, {
    getCanonicalFileName: (path) => path,
    getCurrentDirectory: () => root,
    getNewLine: () => "\n",
  });
}
