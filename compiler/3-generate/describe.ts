/** What is worth knowing of an emitted module beside its code: for those who look at it, not to run it. */
import type { Expression, FunctionExpression, Name, Span, Statement } from "../ast.ts";
import { isBoxed, type Variable } from "../2-analyze/index.ts";
import { forEachChild } from "../visit.ts";
import type { EmittedFunction, ModuleContext } from "./moduleContext.ts";
import { collectNames } from "./collectNames.ts";

export interface ModuleDescription {
  /** In the order of their indexes: 0 is the main function, others follow as the source begins them. */
  readonly functions: readonly FunctionDescription[];
  /** Functions and values of the runtime that the code uses, by name, sorted. */
  readonly helpers: readonly string[];
  /** Names of the global variables, sorted. Those of chunks with environments of their own are not known. */
  readonly globals: readonly string[];
}

export interface FunctionDescription {
  /** As in `PrintedFunction.index`. */
  readonly index: number;
  /** As people would call it (2-analyze/nameFunctions.ts). */
  readonly name: string;
  /** Of the JavaScript function, which is what V8 calls it. */
  readonly emittedName: string;
  /** Of the function it is written in; `undefined` for the main function. */
  readonly parent: number | undefined;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly span: Span;
  readonly parameters: readonly string[];
  readonly isVararg: boolean;
  /** What it uses of the functions around it, in the order of its factory's parameters. */
  readonly captures: readonly { readonly name: string; readonly isBoxed: boolean }[];
  /** Its variables that live in boxes, in the order of the source. */
  readonly boxed: readonly BoxedVariable[];
  /** At how many points it can be left and resumed. */
  readonly exits: number;
  /** The JavaScript variables that its frame keeps while it waits. */
  readonly saved: readonly string[];
  readonly helpers: readonly string[];
  readonly globals: readonly string[];
}

/** A variable that closures share and somebody assigns to. */
export interface BoxedVariable {
  readonly name: string;
  /** Of its declaration. */
  readonly line: number;
  readonly reassignedAt: readonly number[];
  /** Indexes of the functions that use it and do not own it. */
  readonly capturedBy: readonly number[];
  /** Where the source names it, its declaration first; in no other order. */
  readonly places: readonly Span[];
}

/** @param names As `nameFunctions` found them. */
export function describeModule(
  module: ModuleContext,
  names: ReadonlyMap<FunctionExpression, string>,
): ModuleDescription {
  const indexes = new Map(module.functions.map(({ node, index }) => [node, index]));
  const boxed = findBoxed(module, findUses(module, indexes));
  const functions = module.functions
    .map((emitted) => describeFunction(emitted, { module, names, indexes, boxed }))
    .sort((a, b) => a.index - b.index);
  return {
    functions,
    helpers: sorted(module.helpers.keys()),
    globals: sorted(module.cells.keys()),
  };
}

/** Where a variable is assigned to, and who else than its owner uses it. */
interface Uses {
  readonly reassignedAt: Set<number>;
  readonly capturedBy: Set<number>;
  readonly places: Span[];
}

interface Known {
  readonly module: ModuleContext;
  readonly names: ReadonlyMap<FunctionExpression, string>;
  readonly indexes: ReadonlyMap<FunctionExpression, number>;
  /** By the function that owns them. */
  readonly boxed: ReadonlyMap<FunctionExpression, readonly BoxedVariable[]>;
}

function describeFunction(
  { node, index, name: emittedName, resumable, function: emitted }: EmittedFunction,
  { module, names, indexes, boxed }: Known,
): FunctionDescription {
  const facts = module.facts(node);
  const used = new Set<string>();
  collectNames(emitted, { used, assigned: new Set() });
  return {
    index,
    name: names.get(node) ?? "",
    emittedName,
    parent: facts.parent === undefined ? undefined : indexes.get(facts.parent),
    firstLine: node.firstLine,
    lastLine: node.lastLine,
    span: node.span,
    parameters: node.parameters.map(({ name }) => name),
    isVararg: node.isVararg,
    captures: [...facts.captures].map((variable) => ({
      name: variable.name,
      isBoxed: isBoxed(variable),
    })),
    boxed: boxed.get(node) ?? [],
    exits: resumable?.exits.length ?? 0,
    saved: resumable?.saved ?? [],
    helpers: sorted([...module.helpers.keys()].filter((name) => used.has(`$${name}`))),
    globals: sorted([...module.cells].flatMap(([name, cell]) => (used.has(cell) ? [name] : []))),
  };
}

function findBoxed(
  { analysis }: ModuleContext,
  uses: ReadonlyMap<Variable, Uses>,
): Map<FunctionExpression, BoxedVariable[]> {
  const boxed = new Map<FunctionExpression, BoxedVariable[]>();
  for (const [declaration, variable] of analysis.variables) {
    if (!isBoxed(variable)) continue;
    const described = describeBoxed(declaration, uses.get(variable));
    boxed.set(variable.owner, [...(boxed.get(variable.owner) ?? []), described]);
  }
  return boxed;
}

function describeBoxed({ name, line, span }: Name, uses: Uses | undefined): BoxedVariable {
  const { reassignedAt = [], capturedBy = [], places = [] } = uses ?? {};
  return {
    name,
    line,
    reassignedAt: [...reassignedAt],
    capturedBy: [...capturedBy],
    places: [span, ...places],
  };
}

function findUses(
  { analysis: { resolved }, functions }: ModuleContext,
  indexes: ReadonlyMap<FunctionExpression, number>,
): Map<Variable, Uses> {
  const uses = new Map<Variable, Uses>();
  const usesOf = (variable: Variable): Uses => {
    let found = uses.get(variable);
    if (found === undefined) {
      found = { reassignedAt: new Set(), capturedBy: new Set(), places: [] };
      uses.set(variable, found);
    }
    return found;
  };
  const visitIn = (owner: FunctionExpression) => {
    const visit = (node: Statement | Expression): void => {
      if (node.type === "FunctionExpression") return;
      if (node.type === "AssignmentStatement") {
        for (const target of node.targets) {
          const variable = target.type === "Identifier" ? resolved.get(target) : undefined;
          if (variable !== undefined) usesOf(variable).reassignedAt.add(node.line);
        }
      }
      if (node.type === "Identifier") {
        const variable = resolved.get(node);
        const index = indexes.get(owner);
        if (variable !== undefined) usesOf(variable).places.push(node.span);
        if (variable !== undefined && variable.owner !== owner && index !== undefined) {
          usesOf(variable).capturedBy.add(index);
        }
      }
      forEachChild(node, visit);
    };
    return visit;
  };
  // Functions are visited one by one, in the order of the source.
  for (const { node } of functions.toSorted((a, b) => a.index - b.index)) {
    forEachChild(node, visitIn(node));
  }
  return uses;
}

function sorted(names: Iterable<string>): string[] {
  return [...names].sort();
}
