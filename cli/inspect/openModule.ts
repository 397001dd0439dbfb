/** A Lua file, compiled to be looked at. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import {
  compile,
  renderDiagnostic,
  type CompiledOutput,
  type DescribedOutput,
  type Diagnostic,
  type SourceText,
} from "../../compiler/index.ts";
import type { DialectName } from "../../runtime/index.ts";
import { fromBytes, toBytes } from "../bytes.ts";
import { chunkText, compileOptions } from "../compile.ts";
import { systemErrorText, UserError } from "../errors.ts";
import { PROJECT_DIALECT } from "../searchPath.ts";
import { findProjectRoot } from "../projectRoot.ts";

export interface InspectedModule {
  /** As it was given. */
  readonly file: string;
  /** Of bytes, as is all code. */
  readonly source: SourceText;
  readonly output: CompiledOutput;
  /** Its names are texts. */
  readonly description: DescribedOutput;
}

/** @throws UserError when the file can't be read or has errors */
export function openModule(file: string, cwd: string, dialect: DialectName): InspectedModule {
  const source = openSource(file, cwd);
  const { output, diagnostics } = compile(source, compileOptions(dialect));
  if (output === undefined) throw compileError(source, diagnostics);
  return { file, source, output, description: inText(output.describe()) };
}

/** Names of Lua are bytes to the compiler; here they are for people. */
function inText(description: DescribedOutput): DescribedOutput {
  const named = <Named extends { readonly name: string }>(list: readonly Named[]): Named[] =>
    list.map((each) => ({ ...each, name: fromBytes(each.name) }));
  return {
    ...description,
    globals: description.globals.map(fromBytes),
    functions: named(description.functions).map((described) => ({
      ...described,
      parameters: described.parameters.map(fromBytes),
      captures: named(described.captures),
      boxed: named(described.boxed),
      globals: described.globals.map(fromBytes),
    })),
  };
}

/** @throws UserError "can't read a.lua: ..." */
export function openSource(file: string, cwd: string): SourceText {
  try {
    return chunkText(readFileSync(resolve(cwd, file), "latin1"), `@${toBytes(file)}`);
  } catch (error) {
    throw new UserError(`can't read ${file}: ${systemErrorText(error)}`);
  }
}

export function compileError(source: SourceText, diagnostics: readonly Diagnostic[]): UserError {
  const texts = diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, source));
  return new UserError(fromBytes(texts.join("\n").trimEnd()));
}

/** The root of the project that a file lies in; `undefined` for a file of its own. */
export function projectOf(file: string, cwd: string): string | undefined {
  try {
    return findProjectRoot(undefined, dirname(resolve(cwd, file)));
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** A file of a project is compiled as the project is, unless another dialect was asked for. */
export function dialectOfFile(
  file: string,
  cwd: string,
  chosen: DialectName | undefined,
): DialectName {
  return chosen ?? (projectOf(file, cwd) === undefined ? "luajit" : PROJECT_DIALECT);
}
