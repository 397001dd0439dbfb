/**
 * Part of `npm pack`: the types of the doors, beside their code in dist/. Only the files that these
 * types mention are written, not one for every module.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { doors, root } from "./package.ts";

const declarations = emitDeclarations(doors.map((door) => join(root, `${door}.ts`)));
const wanted = new Set(doors.map((door) => join(root, `${door}.d.ts`)));
for (const path of wanted) {
  const text = declarations.get(path);
  if (text === undefined) throw new Error(`there are no types of ${path}`);
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

/** Text of the declaration file beside each module that the entries need. */
function emitDeclarations(entries: readonly string[]): Map<string, string> {
  const file = ts.readConfigFile(join(root, "tsconfig.json"), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(file.config, ts.sys, root, {
    noEmit: false,
    noCheck: true,
    declaration: true,
    emitDeclarationOnly: true,
  });
  const texts = new Map<string, string>();
  const { diagnostics } = ts
    .createProgram(entries, options)
    .emit(undefined, (path, text) => texts.set(path, text));
  // A type that can't be written down: the file would be left out.
  if (diagnostics.length > 0) {
    const host = {
      ...ts.sys,
      getCanonicalFileName: (path: string) => path,
      getNewLine: () => "\n",
    };
    throw new Error(
      ts.formatDiagnostics(diagnostics, { ...host, getCurrentDirectory: () => root }),
    );
  }
  return texts;
}
