/** Phase 2: what later phases need to know about a chunk. Passes run in this order. */
import type { Chunk, Name, Span } from "../ast.ts";
import type { Analysis } from "./analysis.ts";
import { findCollections } from "./findCollections.ts";
import { findDemands } from "./findDemands.ts";
import { findEnvironmentUse } from "./findEnvironmentUse.ts";
import { findKnownTypes } from "./findKnownTypes.ts";
import { findLaterFields } from "./findLaterFields.ts";
import { findLoopTables } from "./findLoopTables.ts";
import { findVariableRanges } from "./findVariableRanges.ts";
import { findRequires } from "./findRequires.ts";
import { findSelfTailCalls } from "./findSelfTailCalls.ts";
import { resolveJumps } from "./resolveJumps.ts";
import { resolveScopes } from "./resolveScopes.ts";

export interface AnalyzeOptions {
  /** Whether functions get environments of their own whatever the chunk names. */
  readonly usesEnvironments?: boolean;
  /** Whether variables are to be readable and writable from outside. */
  readonly isAccessible?: boolean;
  /** The chunk as text: spares most chunks a walk. */
  readonly text?: string;
}

export function analyze(chunk: Chunk, options: AnalyzeOptions = {}): Analysis {
  // Which variable or global each name means, and what functions capture.
  const scopes = resolveScopes(chunk);
  const isAccessible = options.isAccessible === true;
  // Others may assign to any variable, so none is a constant.
  if (isAccessible) for (const variable of scopes.variables.values()) variable.isReassigned = true;
  // Which variables always hold a number or a function.
  findKnownTypes(scopes);
  // Which tail calls become loops.
  const selfTailCalls = findSelfTailCalls(scopes);
  // What it seems to want of code that is loaded after it.
  const demands = findDemands(chunk, options.text, scopes);
  // Whether functions need an environment of their own.
  const usesEnvironments =
    isAccessible ||
    options.usesEnvironments === true ||
    demands.environments ||
    findEnvironmentUse(scopes);
  // Whether it can tell what refers to a value.
  const seesCollections = findCollections(scopes);
  // Which modules it requires.
  const requires = findRequires(scopes);
  // Where gotos go, and how blocks with labels are laid out.
  const jumps = resolveJumps(chunk, options.text);
  // Where variables are known.
  const variableRanges = isAccessible ? findVariableRanges(chunk) : new Map<Name, Span>();
  // Which variables hold a table, or none, for as long as a loop runs.
  const loopTables = findLoopTables(scopes);
  // Which fields tables of constructors get later.
  const { laterFields, fieldRooms } = findLaterFields(scopes);
  // Without spreads, which are slow where there are several.
  return {
    variables: scopes.variables,
    resolved: scopes.resolved,
    functions: scopes.functions,
    globals: scopes.globals,
    assignedGlobals: scopes.assignedGlobals,
    changedGlobals: scopes.changedGlobals,
    declarations: scopes.declarations,
    uses: scopes.uses,
    outerLoops: scopes.outerLoops,
    jumps: jumps.jumps,
    labelPlans: jumps.labelPlans,
    selfTailCalls,
    demands,
    usesEnvironments,
    isAccessible,
    seesCollections,
    variableRanges,
    loopTables,
    laterFields,
    fieldRooms,
    requires,
  };
}

export { findDebugUse } from "./findDebugUse.ts";
export { bodyOf, isImplicit } from "./findVariableRanges.ts";
export { isBoxed } from "./analysis.ts";
export { isStringMethod } from "./stringMethods.ts";
export { recordId } from "./findLaterFields.ts";
export { isPositive } from "./findKnownTypes.ts";
export { MAIN_NAME, NAMELESS, nameFunctions } from "./nameFunctions.ts";
export type {
  Analysis,
  Demands,
  FunctionFacts,
  JumpTarget,
  LabelPlan,
  Loop,
  LoopTables,
  Requirement,
  Use,
  Variable,
} from "./analysis.ts";
