/** Phase 2: what later phases need to know about a chunk. Passes run in this order. */
import type { Chunk } from "../ast.ts";
import type { Analysis } from "./analysis.ts";
import { findEnvironmentUse } from "./findEnvironmentUse.ts";
import { findKnownTypes } from "./findKnownTypes.ts";
import { findRequires } from "./findRequires.ts";
import { findSelfTailCalls } from "./findSelfTailCalls.ts";
import { resolveJumps } from "./resolveJumps.ts";
import { resolveScopes } from "./resolveScopes.ts";

export interface AnalyzeOptions {
  /** Whether functions get environments of their own whatever the chunk names. */
  readonly usesEnvironments?: boolean;
}

export function analyze(chunk: Chunk, options: AnalyzeOptions = {}): Analysis {
  // Which variable or global each name means, and what functions capture.
  const scopes = resolveScopes(chunk);
  // Which variables always hold a number or a function.
  findKnownTypes(chunk, scopes);
  // Which tail calls become loops.
  const selfTailCalls = findSelfTailCalls(scopes);
  // Whether functions need an environment of their own.
  const usesEnvironments = options.usesEnvironments === true || findEnvironmentUse(scopes);
  // Which modules it requires.
  const requires = findRequires(chunk, scopes);
  // Where gotos go, and how blocks with labels are laid out.
  const jumps = resolveJumps(chunk);
  return { ...scopes, ...jumps, selfTailCalls, usesEnvironments, requires };
}

export { isBoxed } from "./analysis.ts";
export { MAIN_NAME, NAMELESS, nameFunctions } from "./nameFunctions.ts";
export type {
  Analysis,
  FunctionFacts,
  JumpTarget,
  LabelPlan,
  Requirement,
  Variable,
} from "./analysis.ts";
