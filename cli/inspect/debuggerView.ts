/** What a debugger gets of a file. */
import {
  compile,
  makeSourceMap,
  type PrintedScript,
  type SourceText,
} from "../../compiler/index.ts";
import type { DialectName } from "../../runtime/index.ts";
import { fromBytes, toBytes } from "../bytes.ts";
import { compileOptions } from "../compile.ts";
import { compileError } from "./openModule.ts";

/** @throws UserError when the file has errors */
export function debuggerScript(
  source: SourceText,
  dialect: DialectName,
  isResume: boolean,
): PrintedScript {
  const { output, diagnostics } = compile(source, {
    ...compileOptions(dialect),
    isForDebugger: true,
  });
  if (output === undefined) throw compileError(source, diagnostics);
  return isResume ? output.resumeScript(true) : output;
}

/** A version 3 source map, in bytes. */
export function sourceMapText(script: PrintedScript, source: SourceText): string {
  const name = fromBytes(source.shortName);
  const options = { file: `${name}.js`, source: name, decode: fromBytes };
  return toBytes(makeSourceMap(script, source, options));
}
