/** Phase 2: what later phases need to know about a chunk. Passes run in this order. */
import type { Chunk } from "../ast.ts";
import type { Analysis } from "./analysis.ts";
import { findKnownTypes } from "./findKnownTypes.ts";
import { findSelfTailCalls } from "./findSelfTailCalls.ts";
import { resolveJumps } from "./resolveJumps.ts";
import { resolveScopes } from "./resolveScopes.ts";

export function analyze(chunk: Chunk): Analysis {
  // Which variable each name means, and what functions capture.
  const scopes = resolveScopes(chunk);
  // Which variables always hold a number or a function.
  findKnownTypes(chunk, scopes);
  // Which tail calls become loops.
  const selfTailCalls = findSelfTailCalls(scopes);
  // Where gotos go, and how blocks with labels are laid out.
  const jumps = resolveJumps(chunk);
  return { ...scopes, ...jumps, selfTailCalls };
}

export { isBoxed } from "./analysis.ts";
export type { Analysis, FunctionFacts, JumpTarget, LabelPlan, Variable } from "./analysis.ts";
