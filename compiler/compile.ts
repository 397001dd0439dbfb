/** The pipeline: Lua source in, JavaScript and diagnostics out. Pure: no files, no clocks. */
import type { Chunk } from "./ast.ts";
import { parse, type ParseOptions } from "./1-parse/index.ts";
import {
  analyze,
  findDebugUse,
  type Analysis,
  type Demands,
  type Requirement,
} from "./2-analyze/index.ts";
import {
  generate,
  generateEach,
  styleOf,
  type FunctionDebugInfo,
  type GeneratedModule,
  type GenerateOptions,
  type ModuleDescription,
  type SuspensionMode,
} from "./3-generate/index.ts";
import { print, ScriptPrinter, type PrintedScript, type VisitSite } from "./4-print/index.ts";
import { CompilerBug } from "./compilerBug.ts";
import { createDiagnostic, type Diagnostic } from "./diagnostics/diagnostic.ts";
import { examineUse, useOf, type FileUse } from "./examine/examineUse.ts";
import { functionText, isFunctionChunk, type FunctionText } from "./functionText.ts";
import type { SourceText } from "./source.ts";

export interface Compilation {
  /** `undefined` when there are errors. */
  readonly output: CompiledOutput | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Its code is the body of a function `($rt, $script, $env)` that returns the chunk's main function. */
export interface CompiledOutput extends PrintedScript {
  /**
   * Made on demand: the script that resumes the chunk's functions, the body of a function
   * `($rt, $script, $env, $make)`.
   *
   * @param isReadable Whether somebody is to read it.
   */
  resumeScript(isReadable?: boolean): PrintedScript;
  /**
   * Made on demand: what it uses of others (examine/examineUse.ts).
   *
   * @param isGatewayFile Whether its rows name functions.
   */
  examineUse(isGatewayFile: boolean): FileUse;
  /**
   * Made on demand: the source of a function.
   *
   * @param offset As in `PrintedFunction.offset`.
   */
  functionText(offset: number): FunctionText | undefined;
  /** Its functions have environments of their own (manual 2.9). */
  readonly usesEnvironments: boolean;
  /** Its variables can be read and written from outside, and it tells hooks what it does. */
  readonly isAccessible: boolean;
  /** Made on demand: what the debug library wants to know of its functions, by their index. */
  debugInfo(): FunctionDebugInfo[];
  /** What it seems to want of code that is none of its own. */
  readonly demands: Demands;
  /** The modules it requires by a constant name, anywhere, in source order. */
  readonly requires: readonly Requirement[];
  /** Names (bytes) of the globals it assigns anywhere, `function f()` included; sorted, unique. */
  readonly assignedGlobals: readonly string[];
  /** Names (bytes) of the globals in whose tables it assigns to fields: `string` for `string.trim = f`. */
  readonly changedGlobals: readonly string[];
  /** Made on demand: what is worth knowing of it, for people. */
  describe(): DescribedOutput;
}

export interface DescribedOutput extends ModuleDescription {
  /** Made on demand: the code, and in front of each statement a line `// @12` with the Lua line it stems from. */
  marked(): PrintedScript;
  /** The resume script, likewise. */
  markedResume(): PrintedScript;
}

export interface CompileOptions extends ParseOptions {
  /** Gives every function an environment of its own, whatever the chunk itself names. */
  readonly usesEnvironments?: boolean;
  /** Whether the chunk must be that of a single function (functionText.ts): all else is an error. */
  readonly isFunctionText?: boolean | undefined;
  /**
   * Makes variables readable and writable from outside, and tells hooks what the code does, even if the chunk names
   * nothing that needs it. It is slower, and functions have environments of their own.
   */
  readonly isAccessible?: boolean;
  /** Where functions can be left and resumed; "normal" unless said otherwise. */
  readonly suspension?: SuspensionMode | undefined;
  /**
   * Whether the code is to be looked at with a debugger: variables in blocks as in Lua, one statement for each
   * of Lua, and mappings for a source map. It is slower.
   */
  readonly isForDebugger?: boolean | undefined;
  /** Whether nobody is to read its code: without what only people need. */
  readonly isCompact?: boolean;
  /**
   * Whether the resume script and the use of others are wanted for sure: what they are made of is kept, which takes many times
   * the memory of the text for as long as the output is.
   */
  readonly wantsResume?: boolean | undefined;
  /** Whether a debugger is to stop before the first statement. */
  readonly stopsAtStart?: boolean | undefined;
}

export function compile(source: SourceText, options: CompileOptions = {}): Compilation {
  const diagnostics: Diagnostic[] = [];
  const chunk = parseChunk(source, (diagnostic) => diagnostics.push(diagnostic), options);
  if (chunk === undefined || diagnostics.some(({ severity }) => severity === "error")) {
    return { output: undefined, diagnostics };
  }
  if (options.isFunctionText === true && !isFunctionChunk(chunk)) {
    diagnostics.push(createDiagnostic("bytecode", { hasHeader: false }, { start: 0, end: 0 }, 0));
    return { output: undefined, diagnostics };
  }
  try {
    return { output: translate(chunk, source, options), diagnostics };
  } catch (error) {
    if (!isStackOverflow(error)) throw error;
    // A tree too deep for our own recursion is what LuaJIT refuses with these words.
    diagnostics.push(createDiagnostic("too-many-levels", {}, { start: 0, end: 0 }, 1));
    return { output: undefined, diagnostics };
  }
}

function translate(chunk: Chunk, source: SourceText, options: CompileOptions): CompiledOutput {
  const analysis = analyze(chunk, analyzeOptions(chunk, source, options));
  const wanted = generateOptions(source, options);
  if (options.wantsResume === true) {
    const generated = generate(chunk, analysis, wanted);
    const trees = { chunk, analysis, generated };
    const printed = print(generated.script, { isCompact: options.isCompact === true });
    return new CompiledText({ source, options, trees }, printed, analysis);
  }
  const printer = new ScriptPrinter(styleOf(wanted), { isCompact: options.isCompact === true });
  const frame = generateEach(chunk, analysis, wanted, (generated) => {
    printer.printFunction(generated);
  });
  const printed = printer.finish(frame);
  return new CompiledText({ source, options, trees: undefined }, printed, analysis);
}

/** What a chunk was made of, and what of that is still there. */
interface Origin {
  readonly source: SourceText;
  readonly options: CompileOptions;
  /** Kept where they are wanted again. */
  readonly trees: Trees | undefined;
}

interface Trees {
  readonly chunk: Chunk;
  readonly analysis: Analysis;
  readonly generated: GeneratedModule;
}

/** A class, as what it has on demand would keep alive all that functions of an object share (4-print/index.ts). */
class CompiledText implements CompiledOutput {
  readonly code: string;
  readonly lineBreaks: number;
  readonly functions: CompiledOutput["functions"];
  readonly mappings: CompiledOutput["mappings"];
  readonly usesEnvironments: boolean;
  readonly isAccessible: boolean;
  readonly demands: Demands;
  readonly requires: readonly Requirement[];
  readonly assignedGlobals: readonly string[];
  readonly changedGlobals: readonly string[];
  private readonly origin: Origin;
  private readonly printed: PrintedScript;

  constructor(origin: Origin, printed: PrintedScript, analysis: Analysis) {
    this.origin = origin;
    this.printed = printed;
    this.code = printed.code;
    this.lineBreaks = printed.lineBreaks;
    this.functions = printed.functions;
    this.mappings = printed.mappings;
    this.usesEnvironments = analysis.usesEnvironments;
    this.isAccessible = analysis.isAccessible;
    this.demands = analysis.demands;
    this.requires = analysis.requires;
    this.assignedGlobals = [...analysis.assignedGlobals].sort();
    this.changedGlobals = [...analysis.changedGlobals].sort();
  }

  get sites(): CompiledOutput["sites"] {
    return this.printed.sites;
  }

  forEachSite(visit: VisitSite): void {
    this.printed.forEachSite(visit);
  }

  resumeScript(isReadable = false): PrintedScript {
    const { source, options, trees } = this.origin;
    return trees === undefined
      ? compileResumeScript(source, options, isReadable)
      : printResume(trees.generated, options, isReadable);
  }

  examineUse(isGatewayFile: boolean): FileUse {
    const { source, options, trees } = this.origin;
    // In accessible code no variable is a constant.
    const use =
      trees === undefined || this.isAccessible
        ? examineUse(source, { ...options, isGatewayFile })
        : useOf(trees, source, options, isGatewayFile);
    if (use === undefined) throw new CompilerBug("a source that was compiled before has errors");
    return use;
  }

  functionText(offset: number): FunctionText | undefined {
    return functionText(this.origin.source, this.origin.options, offset);
  }

  debugInfo(): FunctionDebugInfo[] {
    return compileDebugInfo(this.origin.source, this.origin.options);
  }

  describe(): DescribedOutput {
    const marked = generateAgain(this.origin.source, this.origin.options, true);
    return {
      ...marked.describe(),
      marked: () => print(marked.script),
      markedResume: () => print(marked.emitResumeScript()),
    };
  }
}

/** Makes the script that resumes the functions of a chunk that was compiled with the same options. */
export function compileResumeScript(
  source: SourceText,
  options: CompileOptions,
  isReadable = false,
): PrintedScript {
  return printResume(generateAgain(source, options), options, isReadable);
}

function printResume(
  generated: GeneratedModule,
  { isForDebugger = false }: CompileOptions,
  isReadable: boolean,
): PrintedScript {
  return print(generated.emitResumeScript(), { isCompact: !isReadable && !isForDebugger });
}

/**
 * Finds out what the debug library wants to know of the functions of a chunk, however it was compiled.
 */
export function compileDebugInfo(source: SourceText, options: CompileOptions): FunctionDebugInfo[] {
  const accessible = { ...options, isForDebugger: false, isAccessible: true };
  return generateAgain(source, accessible).describeForDebug();
}

/** As `parse`; accessible code has all variables that Lua has. */
function parseChunk(
  source: SourceText,
  report: (diagnostic: Diagnostic) => void,
  options: CompileOptions,
): Chunk | undefined {
  const chunk = parse(source, report, options);
  if (chunk === undefined || options.isPuc51 !== true) return chunk;
  const { isAccessible } = analyzeOptions(chunk, source, options);
  return isAccessible ? parse(source, report, { ...options, keepsArg: true }) : chunk;
}

/** A debugger shows variables by means of its own, which code for it is made for. */
function analyzeOptions(chunk: Chunk, { text }: SourceText, options: CompileOptions) {
  const isAccessible =
    options.isForDebugger !== true && (options.isAccessible === true || findDebugUse(chunk, text));
  return { usesEnvironments: options.usesEnvironments === true, isAccessible, text };
}

/**
 * From the source, which gives the same module again: keeping its tree until then would take many
 * times the memory of the text, and most modules never need it.
 */
function generateAgain(
  source: SourceText,
  options: CompileOptions,
  marksLines = false,
): GeneratedModule {
  const chunk = parseChunk(source, () => undefined, options);
  if (chunk === undefined) throw new CompilerBug("a source that was compiled before has errors");
  return generate(chunk, analyze(chunk, analyzeOptions(chunk, source, options)), {
    ...generateOptions(source, options),
    marksLines,
  });
}

function generateOptions(source: SourceText, options: CompileOptions): GenerateOptions {
  const { suspension, isForDebugger, stopsAtStart, isLua52Compatible, isPuc51 } = options;
  const isFile = source.chunkName.startsWith("@");
  return {
    shortName: source.shortName,
    textToMark: isFile ? undefined : source.text,
    suspension,
    isForDebugger,
    stopsAtStart,
    isLua52Compatible,
    isPuc51,
    lineAt: (offset) => source.lineAt(offset),
  };
}

function isStackOverflow(error: unknown): boolean {
  return (error as { name?: unknown } | null)?.name === "RangeError";
}
