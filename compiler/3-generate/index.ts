/**
 * Phase 3: AST and analysis -> ESTree. What it makes is the body of a function
 * `($rt, $script, $env)` that returns the chunk's main function:
 *
 *     "use strict";
 *     const { index: $index, SUSP: $SUSP } = $rt;
 *     const $_print = $globalCell($env, "print");
 *     const $Record1 = $recordConstructor(["x", "y"], function (x, y) { this.x = x; this.y = y; });
 *     const $make1 = (up) => function name(a) { ... };
 *     const $make0 = () => function main(...$va) { ... };
 *     return $make0();
 */
import type { Chunk } from "../ast.ts";
import type { Analysis } from "../2-analyze/index.ts";
import { ModuleContext, type EmittedFunction } from "./context.ts";
import { identifier, type JsExpression, type JsStatement } from "./estree.ts";
import { emitFunction } from "./function.ts";
import { emitPrelude } from "./prelude.ts";

export interface GeneratedModule {
  /** What the functions need: helpers, cells, constructors. */
  readonly prelude: readonly JsStatement[];
  /** What the factory of the main function is given. */
  readonly mainArguments: readonly JsExpression[];
  /** In an order in which none uses one before it is defined; the main function is the last. */
  readonly functions: readonly EmittedFunction[];
}

export function generate(chunk: Chunk, analysis: Analysis, shortName: string): GeneratedModule {
  const module = new ModuleContext(analysis, shortName);
  emitFunction(chunk.main, module);
  const mainArguments = analysis.usesEnvironments ? [identifier("$environment")] : [];
  return { prelude: emitPrelude(module), functions: module.functions, mainArguments };
}

export type { EmittedFunction } from "./context.ts";
export type { JsExpression, JsStatement, Sited, SuspendExit, Comment } from "./estree.ts";
export type { Site } from "./site.ts";
