import type * as ESTree from "estree";
import type { CallExpression } from "../../ast.ts";
import { operand, type FunctionContext, type Operand } from "../context.ts";
import { Destination } from "../destination.ts";
import type { ExpressionEmitter } from "../emitters.ts";
import { emitExpression } from "../emitters.ts";
import {
  allInto,
  and,
  array,
  assign,
  assignStatement,
  binary,
  block,
  call,
  conditional,
  decrement,
  DROPPED,
  firstInto,
  identifier,
  ifStatement,
  isArray,
  isType,
  literal,
  member,
  not,
  NULL,
  spread,
  type JsExpression,
  type JsStatement,
} from "../estree.ts";
import { endOfNode, tracedCall } from "../accessible/traces.ts";
import { callFacts, type SiteFacts } from "../site.ts";
import { emitList, isMultiple } from "../valueLists.ts";
import { describe } from "./describe.ts";
import { emitRead } from "./IndexExpression.ts";
import { emitSelection, isSelection } from "./selection.ts";
import { shortcutOf, type Shortcut } from "./shortcut.ts";

/** A call whose callee and arguments have been evaluated. */
export interface PreparedCall {
  /** Makes the call; its value is `Results` (runtime/core/value.ts). */
  readonly js: JsExpression;
  readonly callee: Operand;
  /** Makes an array of the arguments, the receiver of a method call among them. */
  readonly list: JsExpression;
  readonly shortcut: Shortcut | undefined;
  readonly facts: SiteFacts;
}

/**
 * A call used for one value:
 *
 *     if (Array.isArray($1 = typeof f === "function" ? f(a) : $call(f, a)) && ($1 = $settle($1)) === null) { ... }
 */
export const emitCallExpression: ExpressionEmitter<"CallExpression"> = (node, context, target) => {
  if (isSelection(node, context)) return emitSelection(node, context, target);
  const { place } = new Destination(context, target);
  emitCallInto(place, node, context);
  return operand(place);
};

/** Appends `place = f(...)`. */
export function emitCallInto(
  place: ESTree.Identifier,
  node: CallExpression,
  context: FunctionContext,
): void {
  context.scoped(() => {
    const prepared = prepareCall(node, context);
    pushUnlessShort(prepared, place, context, () => {
      const exit = context.exit(firstInto(place));
      const statement = callInto({ made: prepared.js, helper: "settle", place }, exit, context);
      context.pushSuspending(node, statement, prepared.facts);
    });
  });
}

/** The shorter way to all results. */
export function wholeShortcut({ shortcut }: PreparedCall): Shortcut | undefined {
  return shortcut?.isOnlyResult === true ? shortcut : undefined;
}

/** Runs an emitter of `place = f(...)`, for where there is no shorter way. */
function pushUnlessShort(
  { shortcut }: Pick<PreparedCall, "shortcut">,
  place: ESTree.Identifier,
  context: FunctionContext,
  run: () => void,
): void {
  if (shortcut === undefined) {
    run();
    return;
  }
  const otherwise = context.collect(run);
  const short = assignStatement(place, shortcut.value);
  context.push(ifStatement(shortcut.test, short, block(otherwise)));
}

/**
 * A call whose results are dropped; a pending tail call must run all the same.
 *
 *     if (Array.isArray($1 = f(a)) && $suspends($1)) { ... }
 */
export function emitCallForEffect(node: CallExpression, context: FunctionContext): void {
  const destination = new Destination(context, undefined);
  const prepared = prepareCall(node, context);
  const { place } = destination;
  const run = (): void => {
    const suspends = call(context.helper("suspends"), place);
    const test = and(isArray(assign(place, prepared.js)), suspends);
    context.pushSuspending(node, ifStatement(test, context.exit(DROPPED)), prepared.facts);
  };
  if (prepared.shortcut === undefined) run();
  else context.push(ifStatement(not(prepared.shortcut.test), block(context.collect(run))));
}

/** A call for all of its results: an array that must not be changed. */
export function emitCallForAll(node: CallExpression, context: FunctionContext): JsExpression {
  const destination = new Destination(context, undefined);
  return context.scoped(() => {
    const prepared = prepareCall(node, context);
    const { place } = destination;
    const settled = assign(place, call(context.helper("settleAll"), prepared.js));
    const isSuspended = binary("===", settled, NULL);
    const statement = ifStatement(isSuspended, context.exit(allInto(place)));
    context.pushSuspending(node, statement, prepared.facts);
    return place;
  });
}

/**
 * Evaluates callee and arguments, in this order. An argument that may be any number of values is mostly one, for which no
 * array is made:
 *
 *     if (Array.isArray($1 = g(x)) && ($1 = $settled($1)) === null) { ... }
 *     Array.isArray($1) ? f(a, ...$1) : f(a, $1)
 */
export function prepareCall(node: CallExpression, context: FunctionContext): PreparedCall {
  const { callee, self, name } = emitCallee(node, context);
  const last = node.arguments.at(-1);
  const { isAccessible, usesEnvironments } = context.module.analysis;
  let results: JsExpression | undefined;
  const list = context.whilePending(() => {
    context.access?.keepPending(callee.js, ...self);
    if (isAccessible) return emitList(node.arguments, context, endOfNode(node, context));
    if (last?.type !== "CallExpression") return emitList(node.arguments, context);
    const others = node.arguments.slice(0, -1).map((each) => emitExpression(each, context).js);
    results = emitResults(last, context);
    return others;
  });
  const values = self.length === 0 ? list : [...self, ...list];
  if (usesEnvironments && !isAccessible) pushCallerEnvironment(context);
  const made =
    results === undefined
      ? callOf(callee, values, context)
      : conditional(
          isArray(results),
          callOf(callee, [...values, spread(results)], context),
          callOf(callee, [...values, results], context),
        );
  return {
    js: isAccessible ? tracedCall(made, [callee.js, ...values], context) : made,
    callee,
    shortcut: results === undefined ? shortcutOf(node, callee, values, context) : undefined,
    list: results === undefined ? array(values) : call(member(array(values), "concat"), results),
    facts: callFacts([name], isMultiple(last) ? undefined : values.length),
  };
}

function callOf(
  callee: Operand,
  values: readonly (JsExpression | ESTree.SpreadElement)[],
  context: FunctionContext,
): JsExpression {
  const direct = call(callee.js, ...values);
  if (callee.type === "function") return direct;
  const other = call(context.helper("call"), callee.js, ...values);
  return conditional(isType(callee.js, "function"), direct, other);
}

/** A call for several values, but not for how many there are: a bare value, or an array that has some. */
export function emitCallForFew(node: CallExpression, context: FunctionContext): ESTree.Identifier {
  return emitResults(node, context, "settledFew");
}

/** A call for what it gives: a bare value, or an array that must not be changed. */
function emitResults(
  node: CallExpression,
  context: FunctionContext,
  helper: Settling = "settled",
): ESTree.Identifier {
  const { place } = new Destination(context, undefined);
  context.scoped(() => {
    const prepared = prepareCall(node, context);
    const shortcut = wholeShortcut(prepared);
    pushUnlessShort({ shortcut }, place, context, () => {
      const exit = context.exit(allInto(place));
      const statement = callInto({ made: prepared.js, helper, place }, exit, context);
      context.pushSuspending(node, statement, prepared.facts);
    });
  });
  return place;
}

/** Tells `setfenv`, `getfenv` and `module` whose environment level 1 means. */
function pushCallerEnvironment(context: FunctionContext): void {
  const slot = member(context.helper("current"), "environment");
  context.push(assignStatement(slot, identifier("$env")));
}

/**
 * `return --$current.tailBudget < 0 ? $tailCall(f, [a]) : f(a)`; see `tailCall` in core/call.ts.
 *
 * A local function whose text ends before that of its caller begins can't call it back in tail position without another call
 * that counts: `return f(a)`. Not many of them behind each other, so that the stack grows but by so many times the budget.
 */
export function tailCallOf(
  node: CallExpression,
  prepared: PreparedCall,
  context: FunctionContext,
): JsExpression {
  const depth = uncountedTailCallsOf(node, context);
  if (depth !== undefined && depth < MAX_UNCOUNTED) {
    context.uncountedTailCalls = Math.max(context.uncountedTailCalls, depth + 1);
    return prepared.js;
  }
  const budget = decrement(member(context.helper("current"), "tailBudget"));
  return conditional(
    binary("<", budget, literal(0)),
    call(context.helper("tailCall"), prepared.callee.js, prepared.list),
    prepared.js,
  );
}

const MAX_UNCOUNTED = 4;

/** `undefined` for what is no function that has been emitted. */
function uncountedTailCallsOf(
  { callee, method }: CallExpression,
  { module }: FunctionContext,
): number | undefined {
  if (method !== undefined || callee.type !== "Identifier") return undefined;
  const variable = module.analysis.resolved.get(callee);
  return variable && module.uncountedTailCalls.get(variable);
}

interface Callee {
  readonly callee: Operand;
  /** The receiver of a method call. */
  readonly self: JsExpression[];
  readonly name: string;
}

function emitCallee(node: CallExpression, context: FunctionContext): Callee {
  if (node.method === undefined) {
    const callee = emitExpression(node.callee, context);
    return { callee, self: [], name: describe(node.callee, context) };
  }
  const base = emitExpression(node.callee, context);
  const place = context.temporary();
  const key = operand(literal(node.method), "string");
  emitRead(node, { base, key, place, baseName: describe(node.callee, context) }, context);
  return { callee: operand(place), self: [base.js], name: `method '${node.method}'` };
}

interface CallInto {
  /** Makes the call. */
  readonly made: JsExpression;
  /** What to do with an array. */
  readonly helper: Settling;
  readonly place: ESTree.Identifier;
}

type Settling = "settle" | "settled" | "settledFew";

export function callInto(
  { made, helper, place }: CallInto,
  exit: JsStatement,
  context: FunctionContext,
): JsStatement {
  const suspends = isSuspension(helper, place, context);
  return ifStatement(and(isArray(assign(place, made)), suspends), exit);
}

/** `($1 = $settle($1)) === null` */
function isSuspension(
  helper: Settling,
  place: ESTree.Identifier,
  context: FunctionContext,
): JsExpression {
  const settled = assign(place, call(context.helper(helper), place));
  return binary("===", settled, NULL);
}
