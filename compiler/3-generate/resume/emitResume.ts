/**
 * The resume part of a module: a second script, loaded when something in the module suspends for
 * the first time. For each function that can suspend it has
 *
 *     const $code3 = $resumeCode($script, 3, function name($f, $r) {
 *       let $pc = $f.pc, $v = $firstOf($r), a = $f.s0, $1 = $f.s1, b;
 *       switch ($pc) { case 1: case 4: $1 = $v; break; case 2: b = $v; }
 *       $body: { the function's body, made to be entered behind any exit (reenter.ts) }
 *       $f.pc = $pc; $f.s0 = a; $f.s1 = $1;
 *       return $AGAIN;
 *     });
 *
 * and it returns what the functions call when they leave:
 *
 *     return { f3: ($pc, a, $1) => $leave2($code3, $pc, a, $1), ... };
 *
 * The script is the body of a function `($rt, $script, $env, $make)`; `$make` has the module's
 * factories, so that closures made by resumed code are those of the module.
 */
import type * as ESTree from "estree";
import type { EmittedFunction, ModuleContext } from "../moduleContext.ts";
import {
  array,
  arrow,
  assign,
  assignStatement,
  block,
  breakStatement,
  call,
  comment,
  constant,
  declarator,
  declare,
  declared,
  element,
  functionExpression,
  identifier,
  labeled,
  literal,
  member,
  objectOf,
  returnStatement,
  switchStatement,
  type JsExpression,
  type JsStatement,
  type Resumption,
  type SuspendExit,
} from "../estree.ts";
import { collectNames, type FoundNames } from "../collectNames.ts";
import type { LoopConstant } from "../loopConstants.ts";
import type { GeneratedFunction, GeneratedScript } from "../index.ts";
import { emitPartialPrelude } from "../prelude.ts";
import { reactivate } from "../accessible/activation.ts";
import { joinSteps, type Leave } from "../debugging/joinSteps.ts";
import { pushCases, reenter } from "./reenter.ts";

/** What is left of a function for its resume code. */
export interface Resumable {
  readonly exits: readonly SuspendExit[];
  /** The variables that frames keep, in the order of their slots. */
  readonly saved: readonly string[];
  /** All variables of the function, its own name among them. */
  readonly variables: readonly string[];
  readonly constants: readonly LoopConstant[];
  readonly functionName: string;
  /** Those of the saved ones that are declared in blocks, for debuggers. */
  readonly scopedLocals: readonly string[];
  /** By JavaScript name: what the Lua variables are called. */
  readonly luaNames: ReadonlyMap<string, string>;
  readonly body: readonly JsStatement[];
  readonly newLabel: (name: string) => string;
}

/** Frames have so many slots; one that needs more has an array (runtime/core/frames.ts). */
const FRAME_SIZES = [0, 2, 4, 8];

export function emitResumeScript(module: ModuleContext): GeneratedScript {
  const used = new Set<string>();
  const functions: GeneratedFunction[] = [];
  for (const emitted of module.functions) {
    const { resumable, index, firstLine, lastLine, offset } = emitted;
    if (resumable === undefined) continue;
    const statement = emitResumption(emitted, resumable, { module, used });
    functions.push({ statement, index, firstLine, lastLine, offset });
  }
  const ending = emitLeavers(module);
  collectNames(ending, { used, assigned: new Set() });
  const prelude = emitPartialPrelude(module, (name) => used.has(name));
  return { prelude, functions, ending, isForDebugger: module.isForDebugger, exitOperator: "=" };
}

interface ResumeScript {
  readonly module: ModuleContext;
  /** Gathers the names that its functions use. */
  readonly used: Set<string>;
}

/** `return { f3: ... };` */
function emitLeavers(module: ModuleContext): JsStatement {
  const leavers = module.functions.flatMap(({ index, resumable }) =>
    resumable === undefined
      ? []
      : [[`f${String(index)}`, leaver(index, resumable, module)] as const],
  );
  return returnStatement(objectOf(leavers));
}

function leaver(index: number, { saved }: Resumable, module: ModuleContext): JsExpression {
  const values = saved.map(identifier);
  const size = frameSize(saved);
  const leave = call(
    module.useHelper(`leave${size ?? "2"}`),
    codeOf(index),
    identifier("$pc"),
    ...(size === undefined ? [array(values)] : values),
  );
  return arrow([identifier("$pc"), ...values], leave);
}

function emitResumption(
  emitted: EmittedFunction,
  resumable: Resumable,
  { module, used }: ResumeScript,
): JsStatement {
  const frame = identifier("$f");
  const { exits, saved } = resumable;
  const slots = slotsOf(saved);
  const firstCount = countPlacesOfFirst(exits);
  const load = emitLoad(resumable, { slots, hasFirst: firstCount > 1 }, module);
  const results = { exits, hasOnePlace: firstCount === 1 };
  const found: FoundNames = { used, assigned: new Set() };
  if (module.isForDebugger) {
    const inner = [load, ...scopedBody(resumable, results, module)];
    const whole = defineResumption(emitted, inner, module);
    collectNames(whole, found);
    return whole;
  }
  const body = reenter(resumable.body, resumable.newLabel);
  const inner = takeResults(results, module);
  for (const statement of inner) collectNames(statement, found);
  for (const statement of body) collectNames(statement, found);
  inner.push(labeled("$body", block(body)));
  const rest: JsStatement[] = [assignStatement(member(frame, "pc"), identifier("$pc"))];
  for (const [slot, variable] of saved.entries()) {
    // What the function never changes is in the frame already.
    if (!found.assigned.has(variable)) continue;
    rest.push(assignStatement(slots[slot] as ESTree.MemberExpression, identifier(variable)));
  }
  rest.push(returnStatement(module.useHelper("AGAIN")));
  const defineAround = (statements: JsStatement[]): JsStatement => {
    const all = module.analysis.isAccessible ? reactivate(statements, module) : statements;
    return defineResumption(emitted, [load, ...all], module);
  };
  // The rest of the names, without those of the body once more.
  collectNames(defineAround(rest), found);
  return defineAround([...inner, ...rest]);
}

/** Declares the variables, those that the frame keeps with what it has. */
function emitLoad(
  { saved, scopedLocals, variables, constants, functionName, luaNames }: Resumable,
  {
    slots,
    hasFirst,
  }: { readonly slots: readonly ESTree.MemberExpression[]; readonly hasFirst: boolean },
  module: ModuleContext,
): ESTree.VariableDeclaration {
  const declarations = [declarator(identifier("$pc"), member(identifier("$f"), "pc"))];
  if (hasFirst) declarations.push(declarator(identifier("$v"), firstOfResults(module)));
  for (const [slot, variable] of saved.entries()) {
    if (scopedLocals.includes(variable)) continue;
    declarations.push(declarator(declared(variable, luaNames), slots[slot]));
  }
  const given = new Set(saved).add(functionName);
  for (const variable of variables) {
    if (!given.has(variable)) declarations.push(declarator(identifier(variable)));
  }
  for (const { name, value } of constants) declarations.push(declarator(identifier(name), value));
  return declare("let", declarations);
}

function defineResumption(
  { index, name, place }: Pick<EmittedFunction, "index" | "name" | "place">,
  statements: readonly JsStatement[],
  module: ModuleContext,
): JsStatement {
  const run = functionExpression(
    identifier(name),
    [identifier("$f"), identifier("$r")],
    block([comment(place), ...statements]),
  );
  return constant(
    codeOf(index).name,
    call(module.useHelper("resumeCode"), identifier("$script"), literal(index), run),
  );
}

/**
 * For debuggers: variables are declared in blocks, which are entered with what the frame keeps of them, and
 * each exit stores what is in scope.
 *
 *     { let a = $f.s0; switch ($pc) { ... } ... return [$f.pc = 2, $f.s0 = a, $AGAIN][2]; }
 */
function scopedBody(
  resumable: Resumable,
  results: WantedResults,
  module: ModuleContext,
): JsStatement[] {
  const { saved } = resumable;
  const scoped = new Set(resumable.scopedLocals);
  const slots = slotsOf(saved);
  const slotByName = new Map(saved.map((variable, slot) => [variable, slots[slot]]));
  const body = reenter(resumable.body, resumable.newLabel, (declaration) => ({
    ...declaration,
    declarations: declaration.declarations.map(({ id }) =>
      declarator(id, slotByName.get((id as ESTree.Identifier).name)),
    ),
  }));
  const leave: Leave = (pc, visible) => {
    const stores = saved.flatMap((variable) => {
      const slot = slotByName.get(variable);
      const isKnown = !scoped.has(variable) || visible.has(variable);
      return isKnown && slot !== undefined ? [assign(slot, identifier(variable))] : [];
    });
    // Behind comma operators a debugger would stop.
    const all = [assign(member(identifier("$f"), "pc"), pc), ...stores, module.useHelper("AGAIN")];
    return element(array(all), literal(all.length - 1));
  };
  // What is declared in a block comes into it from the frame, results among it.
  const take = takeResults(results, module, (place) =>
    place.type === "Identifier" && scoped.has(place.name)
      ? (slotByName.get(place.name) ?? place)
      : place,
  );
  return joinSteps([...take, ...body], leave);
}

function firstOfResults(module: ModuleContext): JsExpression {
  return call(module.useHelper("firstOf"), identifier("$r"));
}

type Place = Exclude<Resumption, { readonly form: "none" }>["place"];

/** Tells places apart: a variable, or an element of those of accessible code, `$L[3]`. */
function keyOf(place: Place): string {
  if (place.type === "Identifier") return place.name;
  return `[${String((place.property as ESTree.Literal).value)}]`;
}

/** In how many places exits want the first result. */
function countPlacesOfFirst(exits: readonly SuspendExit[]): number {
  const keys = new Set<string>();
  for (const { resumption } of exits) {
    if (resumption.form === "first") keys.add(keyOf(resumption.place));
  }
  return keys.size;
}

interface WantedResults {
  readonly exits: readonly SuspendExit[];
  /** Whether all that want one result want it in the same place: else it is in `$v`. */
  readonly hasOnePlace: boolean;
}

/** Puts the results of what was waited for where the exit says. */
function takeResults(
  { exits, hasOnePlace }: WantedResults,
  module: ModuleContext,
  targetOf: (place: Place) => ESTree.Pattern = (place) => place,
): JsStatement[] {
  const valueOf = {
    first: () => (hasOnePlace ? firstOfResults(module) : identifier("$v")),
    all: () => call(module.useHelper("listOf"), identifier("$r")),
  };
  const byPlace = new Map<string, { pcs: number[]; take: JsStatement }>();
  for (const { pc, resumption } of exits) {
    if (resumption.form === "none") continue;
    const { form, place } = resumption;
    const key = `${form} ${keyOf(place)}`;
    let entry = byPlace.get(key);
    if (entry === undefined) {
      entry = { pcs: [], take: assignStatement(targetOf(place), valueOf[form]()) };
      byPlace.set(key, entry);
    }
    entry.pcs.push(pc);
  }
  if (byPlace.size === 0) return [];
  const cases: ESTree.SwitchCase[] = [];
  for (const { pcs, take } of byPlace.values()) {
    pushCases(cases, pcs, [take, breakStatement()]);
  }
  return [switchStatement(identifier("$pc"), cases)];
}

/** `$f.s0`, `$f.s1`, ... or `$f.s0[0]`, `$f.s0[1]`, ... */
function slotsOf(saved: readonly string[]): ESTree.MemberExpression[] {
  const frame = identifier("$f");
  return saved.map((_, slot) =>
    frameSize(saved) === undefined
      ? element(member(frame, "s0"), literal(slot))
      : member(frame, `s${String(slot)}`),
  );
}

function frameSize(saved: readonly string[]): "0" | "2" | "4" | "8" | undefined {
  const size = FRAME_SIZES.find((slots) => slots >= saved.length);
  return size === undefined ? undefined : (String(size) as "0" | "2" | "4" | "8");
}

function codeOf(index: number): ESTree.Identifier {
  return identifier(`$code${String(index)}`);
}
