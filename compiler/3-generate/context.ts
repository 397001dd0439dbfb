/**
 * The state of generating one function; that of its module is in moduleContext.ts.
 *
 * Expressions are lowered to statements: an emitter appends what must run first to `out` and
 * returns an *operand*, an expression that is free of effects, cheap, and keeps its value until the
 * end of the Lua statement, so it may be used any number of times. Literals, unboxed locals and
 * temporaries are operands; so is arithmetic on operands known to be numbers. This is what lets
 * every call and every operator leave the function when something in it suspends.
 *
 * All locals and temporaries of a function are declared at its top: closures never see a JavaScript
 * variable of another function (captures are handed over when a closure is made), so block scopes
 * would have no meaning. They have one for debuggers: code for them declares locals where Lua does, and
 * says of each statement which one of Lua it stems from (debugging/).
 */
import type * as ESTree from "estree";
import type { CallExpression, Expression, FunctionExpression, Name, Span } from "../ast.ts";
import type { FunctionFacts, Loop, Variable } from "../2-analyze/index.ts";
import { isBoxed } from "../2-analyze/index.ts";
import { CompilerBug } from "../compilerBug.ts";
import type { HelperName, HelperValueName } from "../generated/helpers.ts";
import { FunctionAccess } from "./accessible/functionAccess.ts";
import { pushTrace } from "./accessible/traces.ts";
import { LexicalScope } from "./debugging/lexicalScope.ts";
import { PlaceMarker } from "./debugging/placeMarker.ts";
import {
  identifier,
  sited,
  suspendExit,
  type JsExpression,
  type JsStatement,
  type LuaPlace,
  type Resumption,
} from "./estree.ts";
import { isWord } from "../words.ts";
import { functionNameOf, isTemporary, NameAllocator, toIdentifier } from "./names.ts";
import { emptying, Leftovers } from "./leftovers.ts";
import { LoopConstants } from "./loopConstants.ts";
import type { ModuleContext } from "./moduleContext.ts";
import { withoutExit } from "./resume/withoutExit.ts";
import { NO_FACTS, type SiteFacts } from "./site.ts";
import { JumpTargets, type Breakable } from "./statements/jumpTargets.ts";
import { Views } from "./views.ts";

/** What is known of an operand at compile time. */
export type StaticType = "unknown" | "nil" | "boolean" | "number" | "string" | "function" | "table";

export interface Operand {
  readonly js: JsExpression;
  readonly type: StaticType;
  /** How many operators `js` consists of; long ones are put into a temporary. */
  readonly size: number;
}

export function operand(js: JsExpression, type: StaticType = "unknown", size = 0): Operand {
  return { js, type, size };
}

export class FunctionContext {
  readonly module: ModuleContext;
  readonly node: FunctionExpression;
  readonly facts: FunctionFacts;
  readonly index: number;
  readonly names: NameAllocator;
  /** JavaScript name of the function itself. */
  readonly functionName: string;
  /** The captures that are handed to the factory, in order. */
  readonly captures: readonly Variable[];
  /** In accessible code (accessible/). */
  readonly access: FunctionAccess | undefined;
  /** Where emitters append. */
  out: JsStatement[] = [];
  /** What is emptied behind statements; `undefined` where that is of no interest. */
  readonly leftovers: Leftovers | undefined;
  /** JavaScript variables to declare at the top. */
  readonly locals: string[] = [];
  /** Those that are declared in the block where Lua declares them, for debuggers. */
  readonly scopedLocals: string[] = [];
  /** By JavaScript name: what the Lua variables are called. For debuggers; else it stays empty. */
  readonly luaNames = new Map<string, string>();
  readonly views = new Views();
  readonly loopConstants = new LoopConstants();
  usesVararg = false;
  uncountedTailCalls = 0;
  siteCount = 0;
  /** The lists that it returns, of two values or more (mergeReturns.ts). */
  readonly returnedLists: (readonly Expression[])[] = [];
  private scope: LexicalScope | undefined = undefined;
  /** For debuggers. */
  private readonly places: PlaceMarker | undefined;
  /** Lua names of the parameters and captures, for debuggers. */
  private readonly givenNames: ReadonlySet<string>;
  readonly jumps = new JumpTargets();
  readonly variableNames = new Map<Variable, string>();
  private labels: NameAllocator | undefined = undefined;
  /** By the number in their names. */
  private readonly usedTemporaries: (ESTree.Identifier | undefined)[] = [];
  private temporaryCount = 0;

  constructor(module: ModuleContext, node: FunctionExpression) {
    this.module = module;
    this.node = node;
    this.facts = module.facts(node);
    this.index = module.nextFunctionIndex();
    this.names = new NameAllocator();
    this.places = module.isForDebugger ? new PlaceMarker() : undefined;
    this.givenNames = module.isForDebugger ? givenNamesOf(node, this.facts) : NO_NAMES;
    this.leftovers =
      module.analysis.seesCollections && !module.isForDebugger ? new Leftovers() : undefined;
    this.functionName = this.names.allocate(functionNameOf(node));
    const { selfVariable } = this.facts;
    if (selfVariable !== undefined && !isBoxed(selfVariable)) {
      this.variableNames.set(selfVariable, this.functionName);
    }
    this.captures = Array.from(this.facts.captures).filter((variable) => !this.isSelf(variable));
    this.access = module.analysis.isAccessible
      ? new FunctionAccess(this.captures.map((variable) => this.nameOf(variable)))
      : undefined;
  }

  /** The JavaScript name of a variable that this function owns or captures. */
  nameOf(variable: Variable): string {
    let name = this.variableNames.get(variable);
    if (name === undefined) {
      name = this.names.allocate(toIdentifier(variable.name));
      this.variableNames.set(variable, name);
      if (this.module.isForDebugger) this.luaNames.set(name, variable.name);
    }
    return name;
  }

  /** Makes a variable known that is declared in this function, by `let` at its top or that of its block. */
  declareLocal(declaration: Name): { variable: Variable; target: ESTree.Identifier } {
    const variable = this.variableOf(declaration);
    const name = this.nameOf(variable);
    if (this.access !== undefined) {
      this.access.declare(name);
    } else if (this.scope === undefined) {
      this.locals.push(name);
      if (variable.knownType !== "number" && variable.knownType !== "string") {
        this.leftovers?.addVariable(name);
      }
    } else {
      this.scope.declare({ name, luaName: variable.name }, { out: this.out, place: this.place });
      this.scopedLocals.push(name);
    }
    return { variable, target: identifier(name) };
  }

  /** A temporary for what Lua keeps in a hidden variable of a loop: one that can be accessed where any can. */
  loopTemporary(luaName: string, range: Span, before: Name): ESTree.Identifier {
    if (this.access === undefined) return this.temporary();
    const name = this.names.allocate(`$for_${luaName.replaceAll(/\W/g, "")}`);
    this.access.hidden.push({ luaName, slot: this.access.declare(name), range, before });
    return identifier(name);
  }

  variableOf(declaration: Name): Variable {
    const variable = this.module.analysis.variables.get(declaration);
    if (variable === undefined) throw new CompilerBug("a variable that was not analyzed");
    return variable;
  }

  /** Whether a variable is, inside its own function, that function's name. */
  isSelf(variable: Variable): boolean {
    return variable === this.facts.selfVariable && !isBoxed(variable);
  }

  isSelfTailCall(call: CallExpression): boolean {
    return this.module.analysis.selfTailCalls.has(call);
  }

  helper(name: HelperName | HelperValueName): ESTree.Identifier {
    return this.module.useHelper(name);
  }

  // --- Statements ---------------------------------------------------------------------------

  push(statement: JsStatement): void {
    this.places?.mark(statement);
    this.out.push(statement);
  }

  pushAll(statements: readonly JsStatement[]): void {
    for (const statement of statements) this.push(statement);
  }

  /** Runs an emitter of a Lua statement, or of a part of one that debuggers are to stop at. */
  at<Result>(
    node: { readonly line: number; readonly span: { readonly start: number } },
    run: () => Result,
  ): Result {
    return this.places === undefined ? run() : this.places.at(node, run);
  }

  /** Of the Lua statement that is being emitted, for debuggers. */
  get place(): LuaPlace | undefined {
    return this.places?.place;
  }

  /** Runs an emitter of statements whose variables are known among them only. */
  inScope(run: () => void): void {
    if (!this.module.isForDebugger) {
      run();
      return;
    }
    const { scope: outer } = this;
    let scope: LexicalScope | undefined;
    const statements = this.collect(() => {
      this.scope = scope = new LexicalScope(this.out, outer, this.givenNames);
      run();
    });
    this.scope = outer;
    this.pushAll(scope?.enclose(statements) ?? statements);
  }

  /** Runs an emitter and returns what it appended, in a list of its own. */
  collect(run: () => void): JsStatement[] {
    const { out } = this;
    this.out = [];
    run();
    const collected = this.out;
    this.out = out;
    return collected;
  }

  /** Runs an emitter of a statement's part; in accessible code, operands it keeps are pending up to its end. */
  whilePending<Result>(run: () => Result): Result {
    return this.access === undefined ? run() : this.access.whilePending(run);
  }

  /** An operand is evaluated, and used when others are, too. One that is a variable of the function is no temporary. */
  keepPending(node: Expression, value: JsExpression): void {
    if (this.access === undefined) return;
    const variable =
      node.type === "Identifier" ? this.module.analysis.resolved.get(node) : undefined;
    if (variable?.owner !== this.node) this.access.keepPending(value);
  }

  /** Appends a statement that belongs to a line of Lua. */
  pushSited(
    node: { readonly line: number; readonly span: { readonly start: number } },
    statement: JsStatement,
    facts: SiteFacts = NO_FACTS,
  ): void {
    if (this.access !== undefined) pushTrace(node, this);
    const { operands, callee, argumentCount, isTail, temporaries } = facts;
    const { line, span } = node;
    const site = {
      line,
      offset: span.start,
      operands,
      callee,
      argumentCount,
      isTail,
      temporaries,
    };
    this.push(sited(site, statement));
  }

  /** Runs an emitter of statements that are none of LuaJIT's instructions, which hooks see. */
  withoutTraces(run: () => void): void {
    const { access } = this;
    if (access === undefined || access.isQuiet) {
      run();
      return;
    }
    access.isQuiet = true;
    run();
    access.isQuiet = false;
  }

  /**
   * What leaves the function where something suspends.
   *
   * @param resumption What becomes of the results of what suspended.
   */
  exit(resumption: Resumption): JsStatement {
    return suspendExit(resumption, this.scope?.visible());
  }

  /**
   * Appends a statement in which something may suspend: an `if` whose innermost consequent is the
   * exit. When the function is resumed it goes on behind that statement.
   *
   * @param statement With an exit that `exit` made.
   */
  pushSuspending(
    node: { readonly line: number; readonly span: { readonly start: number } },
    statement: JsStatement,
    facts: SiteFacts = NO_FACTS,
  ): void {
    const allFacts = this.access === undefined ? facts : { ...facts, ...this.access.temporaries() };
    if (this.module.suspension === "none") {
      this.pushSited(node, withoutExit(statement), allFacts);
      return;
    }
    this.siteCount++;
    this.pushSited(node, statement, allFacts);
  }

  /** Appends what empties variables, if there are any. */
  pushEmptying(names: ReadonlySet<string> | undefined): void {
    if (names !== undefined && names.size > 0) this.pushForget(names);
  }

  /** Appends what empties variables, and what V8 keeps of the arguments of calls. */
  pushForget(names: ReadonlySet<string>): void {
    this.push(emptying(names, this.helper("forget")));
  }

  // --- Loops and jumps --------------------------------------------------------------------------------

  /** Runs an emitter of a loop of Lua. */
  inLoop(loop: Loop, run: () => void): void {
    this.loopConstants.around(() => {
      this.views.around(loop, this, run);
    });
  }

  /** As `collect`, for the body of a JavaScript loop or switch. */
  inBreakable(breakable: Breakable, run: () => void): JsStatement[] {
    return this.jumps.within(breakable, () => this.collect(run));
  }

  // --- Names --------------------------------------------------------------------------------

  newLabel(name: string): string {
    const labels = (this.labels ??= new NameAllocator(["$body", "$self"]));
    return labels.allocate(`$${isWord(name) ? name : name.replaceAll(/[^\w]/g, "_")}`);
  }

  newLocal(name: string): ESTree.Identifier {
    const allocated = this.names.allocate(name);
    this.locals.push(allocated);
    return identifier(allocated);
  }

  /** Runs an emitter; the temporaries it used are free again afterwards. */
  scoped<Result>(run: () => Result): Result {
    const before = this.temporaryCount;
    const result = run();
    this.releaseAll(before);
    return result;
  }

  /** Frees the temporaries in use since `pressure` was read. */
  releaseAll(pressureBefore: number): void {
    this.temporaryCount = pressureBefore;
  }

  /** A temporary that lasts until the enclosing `scoped` ends. */
  temporary(): ESTree.Identifier {
    return this.useTemporary(this.reserveTemporary());
  }

  /** Keeps a place for a temporary that may turn out not to be needed. */
  reserveTemporary(): number {
    return ++this.temporaryCount;
  }

  useTemporary(reserved: number): ESTree.Identifier {
    const temporary = this.module.temporary(reserved);
    if (this.access === undefined) this.usedTemporaries[reserved] = temporary;
    else this.access.declare(temporary.name);
    this.leftovers?.addTemporary(temporary.name);
    return temporary;
  }

  get temporaries(): string[] {
    const names: string[] = [];
    for (const temporary of this.usedTemporaries) {
      if (temporary !== undefined) names.push(temporary.name);
    }
    return names;
  }

  /** How many temporaries are in use. */
  get pressure(): number {
    return this.temporaryCount;
  }

  /** Frees the temporaries in use since `pressure` was read, but for one that holds a result. */
  release(pressureBefore: number, result: ESTree.Identifier): void {
    const kept = isTemporary(result) ? Number(result.name.slice(1)) : 0;
    this.temporaryCount = Math.max(pressureBefore, kept);
  }
}

const NO_NAMES: ReadonlySet<string> = new Set();

function givenNamesOf({ parameters }: FunctionExpression, { captures }: FunctionFacts) {
  return new Set([...parameters, ...captures].map(({ name }) => name));
}
