/**
 * What the passes find out, and the words for it:
 *
 * - *variable*: one local, parameter or loop variable of the source.
 * - *upvalue*: a variable as seen from a function nested in the one that declares it.
 * - *capture*: an upvalue that a function needs when it is created, for itself or for functions
 *   nested in it.
 * - *boxed* variable: captured and reassigned, so it lives in a `{ v }` object that closures share;
 *   all other captures are copied.
 * - *result list*: the values of a call or `...` where all of them are wanted.
 */
import type {
  AssignmentStatement,
  Block,
  CallExpression,
  ForGenericStatement,
  ForNumericStatement,
  FunctionExpression,
  GotoStatement,
  Identifier,
  IndexExpression,
  LocalFunctionStatement,
  LocalStatement,
  Name,
  RepeatStatement,
  Span,
  Statement,
  WhileStatement,
} from "../ast.ts";
import type { NameTable } from "./resolvedNames.ts";

export interface Variable {
  readonly name: string;
  readonly owner: FunctionExpression;
  /** Assigned to after its declaration. */
  isReassigned: boolean;
  /** Used by a function nested in its owner. */
  isCaptured: boolean;
  /** Never reassigned, and what it is declared with can only be of this type. */
  knownType: "number" | "string" | "function" | "table" | undefined;
  /** Always a whole number above 0. */
  isPositive: boolean;
}

export interface FunctionFacts {
  readonly parent: FunctionExpression | undefined;
  /** The variable that always holds this function, for `local function`. */
  selfVariable: Variable | undefined;
  /** In order of first use, which is that of LuaJIT's upvalues. */
  readonly captures: Set<Variable>;
  /** Calls itself in tail position with a fixed number of arguments, so that a loop can do it. */
  hasSelfTailCall: boolean;
}

/** What declares variables whose values may be known. */
export type Declaration = ForNumericStatement | LocalFunctionStatement | LocalStatement;

export type Loop = ForGenericStatement | ForNumericStatement | RepeatStatement | WhileStatement;

/** `local t = {}` or `local t = setmetatable({}, m)`, and the assignments to fields of `t` right behind it. */
export interface GrownTable {
  readonly name: Name;
  /** Not empty. */
  readonly assignments: readonly AssignmentStatement[];
}

/** Fields that tables get later, for which room is made behind a statement. */
export interface FieldRoom {
  readonly name: Name;
  readonly fields: readonly string[];
}

/** A loop with no other of its function around it. */
export interface OuterLoop {
  readonly node: Loop;
  readonly owner: FunctionExpression;
}

/** Variables that a loop indexes and does not assign to, if no loop around it has them. */
export interface LoopTables {
  /** Of unknown type. */
  readonly tables: readonly Variable[];
  /** Of unknown type or known to be tables, and indexed by what may be a number; of loops without calls. */
  readonly lists: readonly Variable[];
}

/** What may reach a global: where one is named, and what is called or indexed. */
export type Use = CallExpression | Identifier | IndexExpression;

/** A module that is required by a constant name. Plain data, so that it can be kept as JSON. */
export interface Requirement {
  /** In bytes. */
  readonly name: string;
  /** Of the name in the source, from 0. */
  readonly offset: number;
}

/** How a block with labels becomes JavaScript. */
export interface LabelPlan {
  /** Gotos cross each other so that no nesting of blocks and loops does it: a switch in a loop. */
  readonly needsSwitch: boolean;
  readonly labels: readonly PlannedLabel[];
}

export interface PlannedLabel {
  readonly name: string;
  /** Index of the label in the statements of its block. */
  readonly position: number;
  /** Some goto before the label, at or inside this statement, is the first to jump here. */
  readonly firstForward: number | undefined;
  /** Some goto behind the label, at or inside this statement, is the last to jump here. */
  readonly lastBackward: number | undefined;
}

export interface JumpTarget {
  readonly block: Block;
  readonly position: number;
  readonly isForward: boolean;
}

/** What findDemands is about. */
export interface Demands {
  readonly environments: boolean;
  readonly hooks: boolean;
}

export interface Analysis {
  /** Each declared variable. Filled by resolveScopes. */
  readonly variables: ReadonlyMap<Name, Variable>;
  /** The variable an identifier means; absent for globals. Filled by resolveScopes. */
  readonly resolved: NameTable;
  /** Filled by resolveScopes; `hasSelfTailCall` by findSelfTailCalls. */
  readonly functions: ReadonlyMap<FunctionExpression, FunctionFacts>;
  /** Names of the globals that the chunk mentions. Filled by resolveScopes, read by other passes. */
  readonly globals: ReadonlySet<string>;
  /** Names of the globals that the chunk assigns to, in functions too. Filled by resolveScopes. */
  readonly assignedGlobals: ReadonlySet<string>;
  /** Names of the globals in whose tables the chunk assigns to fields, however deep. Filled by resolveScopes. */
  readonly changedGlobals: ReadonlySet<string>;
  /** In source order, as are the following. Filled by resolveScopes, for passes that need no more of the tree. */
  readonly declarations: readonly Declaration[];
  /** What is around comes first. Filled by resolveScopes. */
  readonly uses: readonly Use[];
  /** Filled by resolveScopes. */
  readonly outerLoops: readonly OuterLoop[];
  /** What the chunk requires by a constant name. Filled by findRequires, in source order. */
  readonly requires: readonly Requirement[];
  /** Calls that `hasSelfTailCall` is about. Filled by findSelfTailCalls. */
  readonly selfTailCalls: ReadonlySet<CallExpression>;
  /** What it seems to want of code that is loaded after it. Filled by findDemands, read by the runtime. */
  readonly demands: Demands;
  /** Functions have environments of their own. Filled by findDemands and findEnvironmentUse. */
  readonly usesEnvironments: boolean;
  /** Its variables can be read and written from outside (3-generate/accessible). Said by who compiles. */
  readonly isAccessible: boolean;
  /** Where each variable is known. Filled by findVariableRanges, of accessible chunks only. */
  readonly variableRanges: ReadonlyMap<Name, Span>;
  /** Filled by findLoopTables. */
  readonly loopTables: ReadonlyMap<Loop, LoopTables>;
  /** Fields that tables of constructors get later, by `recordId`. Filled by findLaterFields. */
  readonly laterFields: ReadonlyMap<string, readonly string[]>;
  /** The same for tables that begin as empty ones, behind their last statement. Filled by findLaterFields. */
  readonly fieldRooms: ReadonlyMap<Statement, FieldRoom>;
  /** The chunk asks for garbage collections. Filled by findCollections, read by generation. */
  readonly seesCollections: boolean;
  /** Where each goto goes. Filled by resolveJumps. */
  readonly jumps: ReadonlyMap<GotoStatement, JumpTarget>;
  /** Blocks that have labels which are jumped to. Filled by resolveJumps. */
  readonly labelPlans: ReadonlyMap<Block, LabelPlan>;
}

/** Whether a variable lives in a box. */
export function isBoxed(variable: Variable): boolean {
  return variable.isCaptured && variable.isReassigned;
}
