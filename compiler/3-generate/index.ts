/**
 * Phase 3: AST and analysis -> ESTree. What it makes is the body of a function
 * `($rt, $script, $env)` that returns the chunk's main function:
 *
 *     "use strict";
 *     var { index: $index, settle: $settle } = $rt;
 *     var $_print = $globalCell($env, "print");
 *     const $Record1 = $recordConstructor(["x", "y"], function (x, y) { this.x = x; this.y = y; });
 *     var $frames;
 *     const $resume = () => $frames = $loadFrames($script, $env, { $make1 });
 *     var $make1 = (up) => function name(a) { ... };
 *     var $make0 = () => function main(...$va) { ... };
 *     return $make0();
 */
import type { Chunk } from "../ast.ts";
import { nameFunctions, type Analysis } from "../2-analyze/index.ts";
import { describeForDebug, type FunctionDebugInfo } from "./accessible/describe.ts";
import {
  ModuleContext,
  type EmittedFunction,
  type ModuleOptions,
  type SuspensionMode,
} from "./moduleContext.ts";
import { describeModule, type ModuleDescription } from "./describe.ts";
import {
  array,
  arrow,
  call,
  constant,
  identifier,
  returnStatement,
  type JsStatement,
} from "./estree.ts";
import { emitFunction } from "./function.ts";
import { emitPrelude } from "./prelude.ts";
import { emitResumeScript } from "./resume/emitResume.ts";

/** One script of a module: its functions, or what resumes them. */
export interface GeneratedScript extends ScriptStyle, ScriptFrame {
  /** In an order in which none uses one before it is defined. */
  readonly functions: readonly GeneratedFunction[];
}

/** What printers have to know of a script. */
export interface ScriptStyle {
  /** Whether statements carry their places in Lua. */
  readonly isForDebugger: boolean;
  /** How exits set `$pc`. */
  readonly exitOperator: ExitOperator;
}

/** What stands around the functions of a script. */
export interface ScriptFrame {
  /** What the functions need: helpers, cells, constructors. */
  readonly prelude: readonly JsStatement[];
  /** Ends the script by returning what it is loaded for. */
  readonly ending: JsStatement;
}

/**
 * `$pc |= 3` where `$pc` is 0. V8 expects nothing of an operator that has never run, and leaves out what is behind it until then: most exits
 * are never taken, and each of those would have to bring along all variables that are saved (docs/decisions/speed.md).
 */
export type ExitOperator = "=" | "|=";

export interface GeneratedFunction {
  readonly statement: JsStatement;
  /** Of the Lua function in its module; 0 is the main function. */
  readonly index: number;
  readonly firstLine: number;
  readonly lastLine: number;
  /** Byte offset in the Lua source. */
  readonly offset: number;
}

export interface GeneratedModule {
  readonly script: GeneratedScript;
  /** Makes the script that resumes functions (resume/emitResume.ts). */
  readonly emitResumeScript: () => GeneratedScript;
  readonly describe: () => ModuleDescription;
  /** What the debug library wants to know, where the code is accessible. */
  readonly describeForDebug: () => FunctionDebugInfo[];
}

export interface GenerateOptions {
  readonly shortName: string;
  /**
   * The Lua text, where functions are to tell by a mark which part of it they are: chunks of the same
   * name need not be the same, unless they are files.
   */
  readonly textToMark?: string | undefined;
  readonly suspension?: SuspensionMode | undefined;
  /** Whether a comment (`// @12`) tells the Lua line of each statement. */
  readonly marksLines?: boolean;
  /** See `CompileOptions`. */
  readonly isForDebugger?: boolean | undefined;
  readonly stopsAtStart?: boolean | undefined;
  readonly isLua52Compatible?: boolean | undefined;
  readonly isPuc51?: boolean | undefined;
  /** The line of a byte offset; needed by accessible code. */
  readonly lineAt?: ((offset: number) => number) | undefined;
}

export function generate(
  chunk: Chunk,
  analysis: Analysis,
  options: GenerateOptions,
): GeneratedModule {
  const module = new ModuleContext(analysis, moduleOptions(options));
  const frame = emitModule(chunk, module);
  const functions = module.functions.map(generatedFunction);
  return {
    script: { ...frame, functions, ...styleOf(options) },
    emitResumeScript: () => emitResumeScript(module),
    describe: () => describeModule(module, nameFunctions(chunk)),
    describeForDebug: () => describeForDebug(module),
  };
}

/**
 * As `generate`, for who wants nothing but the script, and that in pieces: the tree of a function is many times as large as its text,
 * and no longer in the processor's caches once all others have been made.
 *
 * @param take Gets each function as soon as it has been made.
 */
export function generateEach(
  chunk: Chunk,
  analysis: Analysis,
  options: GenerateOptions,
  take: (generated: GeneratedFunction) => void,
): ScriptFrame {
  const module = new ModuleContext(analysis, moduleOptions(options), (emitted) => {
    take(generatedFunction(emitted));
  });
  return emitModule(chunk, module);
}

export function styleOf({ isForDebugger = false }: GenerateOptions): ScriptStyle {
  return { isForDebugger, exitOperator: isForDebugger ? "=" : "|=" };
}

function moduleOptions({
  shortName,
  textToMark,
  suspension = "normal",
  marksLines = false,
  isForDebugger = false,
  stopsAtStart = false,
  isLua52Compatible = false,
  isPuc51 = false,
  lineAt,
}: GenerateOptions): ModuleOptions {
  return {
    shortName,
    textToMark,
    suspension,
    marksLines,
    isForDebugger,
    stopsAtStart,
    isLua52Compatible,
    isPuc51,
    lineAt,
  };
}

function emitModule(chunk: Chunk, module: ModuleContext): ScriptFrame {
  const { factoryName } = emitFunction(chunk.main, module);
  const { usesEnvironments, isAccessible } = module.analysis;
  const mainArguments = [
    ...(usesEnvironments ? [identifier("$environment")] : []),
    ...(isAccessible ? [array([])] : []),
  ];
  return {
    prelude: emitPrelude(module),
    ending: returnStatement(call(identifier(factoryName), ...mainArguments)),
  };
}

function generatedFunction(emitted: EmittedFunction): GeneratedFunction {
  const { factoryName, factoryParameters, index, firstLine, lastLine, offset } = emitted;
  const statement = constant(factoryName, arrow(factoryParameters, emitted.function));
  return { statement, index, firstLine, lastLine, offset };
}

export { UNDEFINED } from "./estree.ts";
export type { DebugVariable, FunctionDebugInfo } from "./accessible/describe.ts";
export type { BoxedVariable, FunctionDescription, ModuleDescription } from "./describe.ts";
export type { SuspensionMode } from "./moduleContext.ts";
export type {
  JsExpression,
  JsStatement,
  LuaPlace,
  Sited,
  Step,
  SuspendExit,
  Comment,
} from "./estree.ts";
export type { Site, Temporary } from "./site.ts";
