import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  compile,
  parse,
  renderDiagnostic,
  SourceText,
  type Diagnostic,
} from "../../compiler/index.ts";
import { shortSource, type DialectName } from "../../runtime/index.ts";
import { fromBytes, toBytes } from "../bytes.ts";
import { defineCommand } from "../command.ts";
import { compileOptions } from "../compile.ts";
import { DIALECT_OPTION, dialectOf } from "../dialectOption.ts";
import { systemErrorText, UserError } from "../errors.ts";

export const inspectCommand = defineCommand({
  name: "inspect",
  summary: "Show the JavaScript that a Lua file becomes",
  description: ["Compiles FILE and prints what the runtime would load. Nothing is run."],
  operands: {
    file: { placeholder: "FILE", description: "A Lua file", isRequired: true },
  },
  options: {
    "source-map": { type: "boolean", description: "Print the source map (version 3) instead" },
    resume: {
      type: "boolean",
      description: "Print the script that resumes functions after a wait instead",
    },
    ast: { type: "boolean", description: "Print the syntax tree as JSON instead" },
    sites: {
      type: "boolean",
      description: "Print instead which emitted lines stem from which lines, as JSON",
    },
    lua: DIALECT_OPTION,
  },
  examples: [
    { command: "spacer inspect app/hello.lua", meaning: "the emitted JavaScript" },
    { command: "spacer inspect app/hello.lua --resume", meaning: "what resumes its functions" },
    { command: "spacer inspect app/hello.lua --ast", meaning: "the syntax tree" },
  ],
  run: ({ operands: { file }, options }, context) => {
    const source = openSource(file, context.cwd);
    const dialect = dialectOf(options.lua);
    const text = options.ast
      ? inspectTree(source, dialect)
      : inspectOutput(source, options, dialect);
    context.stdout.write(`${fromBytes(text)}\n`);
    return Promise.resolve(0);
  },
});

function openSource(file: string, cwd: string): SourceText {
  const chunkName = `@${toBytes(file)}`;
  try {
    const bytes = readFileSync(resolve(cwd, file), "latin1");
    return new SourceText(bytes, chunkName, shortSource(chunkName));
  } catch (error) {
    throw new UserError(`can't read ${file}: ${systemErrorText(error)}`);
  }
}

function inspectTree(source: SourceText, dialect: DialectName): string {
  const diagnostics: Diagnostic[] = [];
  const chunk = parse(
    source,
    (diagnostic) => diagnostics.push(diagnostic),
    compileOptions(dialect),
  );
  if (chunk === undefined) throw compileError(source, diagnostics);
  return JSON.stringify(chunk, showNumber, 2);
}

/** JSON has no infinities, which `1e999` is. */
function showNumber(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

interface OutputOptions {
  readonly "source-map": boolean;
  readonly sites: boolean;
  readonly resume: boolean;
}

function inspectOutput(source: SourceText, options: OutputOptions, dialect: DialectName): string {
  const { output, diagnostics } = compile(source, compileOptions(dialect));
  if (output === undefined) throw compileError(source, diagnostics);
  if (options["source-map"]) return output.sourceMap();
  const script = options.resume ? output.resumeScript(true) : output;
  if (!options.sites) return script.code.trimEnd();
  const rows = [...script.sites, ...script.functions].map((row) => JSON.stringify(row));
  return `[\n${rows.join(",\n")}\n]`;
}

function compileError(source: SourceText, diagnostics: readonly Diagnostic[]): UserError {
  const texts = diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, source));
  return new UserError(fromBytes(texts.join("\n").trimEnd()));
}
