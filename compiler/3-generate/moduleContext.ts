/** The state of generating one module: what its functions share, and the functions made so far. */
import type * as ESTree from "estree";
import type { FunctionExpression } from "../ast.ts";
import { recordId, type Analysis, type FunctionFacts, type Variable } from "../2-analyze/index.ts";
import { CompilerBug } from "../compilerBug.ts";
import type { HelperName, HelperValueName } from "../generated/helpers.ts";
import type { FunctionAccess } from "./accessible/functionAccess.ts";
import { identifier } from "./estree.ts";
import { isFieldName } from "./fieldKeys.ts";
import { NameAllocator } from "./names.ts";
import type { Resumable } from "./resume/emitResume.ts";

/**
 * Whether functions can be left and resumed:
 *
 * - `normal`: at every call and whatever may call a metamethod.
 * - `everywhere`: also when they are entered and at each turn of a loop, as tests want it.
 * - `none`: nowhere. Only benchmarks compile so, to see what suspension costs.
 */
export type SuspensionMode = "normal" | "everywhere" | "none";

/** One emitted function factory: a constant of the module. */
export interface EmittedFunction {
  readonly node: FunctionExpression;
  readonly index: number;
  /** Of the JavaScript function. */
  readonly name: string;
  /** "app/x.lua:3-9", for whoever reads the code. */
  readonly place: string;
  /** `undefined` when nothing in it can suspend. */
  readonly resumable: Resumable | undefined;
  readonly factoryName: string;
  readonly factoryParameters: readonly ESTree.Identifier[];
  readonly function: ESTree.FunctionExpression;
  readonly firstLine: number;
  readonly lastLine: number;
  /** Byte offset in the Lua source. */
  readonly offset: number;
  /** Of accessible code. */
  readonly access: FunctionAccess | undefined;
  /** What the variables are called in JavaScript. */
  readonly variableNames: ReadonlyMap<Variable, string>;
}

/** What a table constructor makes its fields with. */
export interface RecordShape {
  /** Of the constructor. */
  readonly name: string;
  /** In order: those of the table constructor, and those that its tables get later. */
  readonly keys: readonly string[];
}

export type ModuleOptions = Pick<
  ModuleContext,
  | "shortName"
  | "lineAt"
  | "textToMark"
  | "suspension"
  | "marksLines"
  | "isForDebugger"
  | "stopsAtStart"
  | "isLua52Compatible"
  | "isPuc51"
>;

export class ModuleContext {
  readonly analysis: Analysis;
  readonly suspension: SuspensionMode;
  readonly isForDebugger: boolean;
  readonly stopsAtStart: boolean;
  /** Whether tables may have `__len`, among other things. */
  readonly isLua52Compatible: boolean;
  /** Whether it is a chunk of PUC Lua 5.1. */
  readonly isPuc51: boolean;
  /** How messages name the chunk. */
  readonly shortName: string;
  /** See `GenerateOptions`. */
  readonly textToMark: string | undefined;
  /** The line of a byte offset; asked for in accessible code. */
  readonly lineAt: ((offset: number) => number) | undefined;
  /** Whether a comment tells the Lua line of each statement, for whoever shows the code. */
  readonly marksLines: boolean;
  /** Those that are used, by the names they have in the manifest. */
  readonly helpers = new Map<HelperName | HelperValueName, ESTree.Identifier>();
  /** Lua name of a global to the name of its cell. */
  readonly cells = new Map<string, string>();
  /** By `recordId` of the keys of the table constructor. */
  readonly records = new Map<string, RecordShape>();
  /** String keys used as constants. */
  readonly fieldNames = new Set<string>();
  /** Whether `__mode` occurs otherwise than as a key of a table constructor. */
  namesMode = false;
  /** Whether something looks for methods of strings. */
  usesStrings = false;
  /** Those made so far, unless they are handed over. */
  readonly functions: EmittedFunction[] = [];
  /** Of all functions made so far. */
  readonly factoryNames: string[] = [];
  /** Whether something in a function may suspend. */
  canSuspend = false;
  /** Of local functions that have been emitted: how many calls may follow each other that are not counted (tailCallOf). */
  readonly uncountedTailCalls = new Map<Variable, number>();
  private readonly cellNames = new NameAllocator();
  private readonly temporaries: ESTree.Identifier[] = [];
  private readonly handOver: ((emitted: EmittedFunction) => void) | undefined;
  private functionCount = 0;

  /** @param handOver Takes each function when it has been made. */
  constructor(
    analysis: Analysis,
    options: ModuleOptions,
    handOver?: (emitted: EmittedFunction) => void,
  ) {
    this.analysis = analysis;
    this.handOver = handOver;
    this.shortName = options.shortName;
    this.textToMark = options.textToMark;
    this.lineAt = options.lineAt;
    this.suspension = options.suspension;
    this.marksLines = options.marksLines;
    this.isForDebugger = options.isForDebugger;
    this.stopsAtStart = options.stopsAtStart;
    this.isLua52Compatible = options.isLua52Compatible;
    this.isPuc51 = options.isPuc51;
  }

  addFunction(emitted: EmittedFunction): void {
    this.factoryNames.push(emitted.factoryName);
    this.canSuspend ||= emitted.resumable !== undefined;
    if (this.handOver === undefined) this.functions.push(emitted);
    else this.handOver(emitted);
  }

  useHelper(name: HelperName | HelperValueName): ESTree.Identifier {
    let helper = this.helpers.get(name);
    if (helper === undefined) this.helpers.set(name, (helper = identifier(`$${name}`)));
    return helper;
  }

  /** What strings inherit. */
  useStrings(): ESTree.Identifier {
    this.usesStrings = true;
    return identifier("$strings");
  }

  /** `$1`, `$2`, ... */
  temporary(index: number): ESTree.Identifier {
    return (this.temporaries[index] ??= identifier(`$${String(index)}`));
  }

  cell(name: string): string {
    let cell = this.cells.get(name);
    if (cell === undefined) {
      cell = this.cellNames.allocate(`$_${name.replaceAll(/[^\w]/g, "_")}`);
      this.cells.set(name, cell);
    }
    return cell;
  }

  record(keys: readonly string[]): string {
    const id = recordId(keys);
    let record = this.records.get(id);
    if (record === undefined) {
      const later = this.analysis.laterFields.get(id)?.filter(isFieldName) ?? [];
      record = { name: `$Record${String(this.records.size + 1)}`, keys: [...keys, ...later] };
      this.records.set(id, record);
    }
    return record.name;
  }

  /** The index of the next function; 0 is the main function. */
  nextFunctionIndex(): number {
    return this.functionCount++;
  }

  facts(node: FunctionExpression): FunctionFacts {
    const facts = this.analysis.functions.get(node);
    if (facts === undefined) throw new CompilerBug("a function that was not analyzed");
    return facts;
  }
}
