/** What the debug library wants to know of the functions of a chunk, in any mode it was compiled in. */
import type { FunctionExpression, Name } from "../../ast.ts";
import { CompilerBug } from "../../compilerBug.ts";
import { isBoxed, type Variable } from "../../2-analyze/index.ts";
import type { EmittedFunction, ModuleContext } from "../moduleContext.ts";

/** Plain data, as the runtime gets it (runtime/host.ts). */
export interface FunctionDebugInfo {
  /** In the chunk; 0 is the main function. */
  readonly index: number;
  /** Line of the word `function`, from 1; 0 for the main chunk, as are others of its kind. */
  readonly firstLine: number;
  readonly lastLine: number;
  readonly parameters: readonly string[];
  readonly isVararg: boolean;
  readonly upvalues: readonly string[];
  /** In the order in which they are declared, parameters first. */
  readonly variables: readonly DebugVariable[];
  /** Lines on which it has instructions, ascending. */
  readonly activeLines: readonly number[];
}

export interface DebugVariable {
  readonly name: string;
  /** Its index in the variables of an activation. */
  readonly slot: number;
  readonly isBoxed: boolean;
  /** Byte offsets in the source between which it is known. */
  readonly start: number;
  readonly end: number;
}

/** @param module Generated as accessible code. */
export function describeForDebug(module: ModuleContext): FunctionDebugInfo[] {
  const owned = variablesByOwner(module);
  return module.functions
    .map((emitted) => describeFunction(emitted, owned.get(emitted.node) ?? [], module))
    .sort((a, b) => a.index - b.index);
}

/** By the function that declares them, in order. */
function variablesByOwner({
  analysis: { variables },
}: ModuleContext): Map<FunctionExpression, [Name, Variable][]> {
  const owned = new Map<FunctionExpression, [Name, Variable][]>();
  for (const [declaration, variable] of variables) {
    const own = owned.get(variable.owner) ?? [];
    owned.set(variable.owner, own);
    own.push([declaration, variable]);
  }
  return owned;
}

function describeFunction(
  emitted: EmittedFunction,
  own: readonly (readonly [Name, Variable])[],
  module: ModuleContext,
): FunctionDebugInfo {
  const { node, index, access } = emitted;
  if (access === undefined) throw new CompilerBug("a function that is not accessible");
  const { parameters, isVararg, firstLine, lastLine } = node;
  return {
    index,
    firstLine,
    lastLine,
    parameters: parameters.map(({ name }) => name),
    isVararg,
    upvalues: [...module.facts(node).captures].map(({ name }) => name),
    variables: own.flatMap(([declaration, variable]) => {
      const slot = access.slotOf(emitted.variableNames.get(variable) ?? "");
      const range = module.analysis.variableRanges.get(declaration);
      if (slot === undefined || range === undefined) return [];
      const { name } = variable;
      const described = { name, slot, isBoxed: isBoxed(variable), ...range };
      return [...hiddenBefore(declaration, emitted), described];
    }),
    activeLines: [...access.lines].sort((a, b) => a - b),
  };
}

function hiddenBefore(declaration: Name, { access }: EmittedFunction): DebugVariable[] {
  const hidden = access?.hidden.filter(({ before }) => before === declaration) ?? [];
  return hidden.map(({ luaName, slot, range: { start, end } }) => ({
    name: luaName,
    slot,
    isBoxed: false,
    start,
    end,
  }));
}
