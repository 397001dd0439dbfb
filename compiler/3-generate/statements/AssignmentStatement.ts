import type * as ESTree from "estree";
import type { AssignmentStatement, Expression, Identifier, IndexExpression } from "../../ast.ts";
import { isBoxed, isPositive, type Variable } from "../../2-analyze/index.ts";
import { forEachChild } from "../../visit.ts";
import { pushTrace } from "../accessible/traces.ts";
import type { FunctionContext, Operand } from "../context.ts";
import type { StatementEmitter } from "../emitters.ts";
import { emitExpression, emitInto } from "../emitters.ts";
import {
  and,
  assign,
  assignStatement,
  binary,
  call,
  element,
  identifier,
  ifStatement,
  literal,
  member,
  or,
  UNDEFINED,
  type JsExpression,
  type JsStatement,
  DROPPED,
  NULL,
} from "../estree.ts";
import { describe } from "../expressions/describe.ts";
import { indexTests, previous } from "../expressions/IndexExpression.ts";
import { isFieldKey, isPlainFieldName } from "../fieldKeys.ts";
import { operatorFacts } from "../site.ts";
import { emitAdjusted } from "../valueLists.ts";
import { hasPart, partsOf } from "../views.ts";

/**
 * `a, t.x = v, w`: tables and keys are evaluated first, then the right side, then the values are
 * stored from right to left, as LuaJIT does (manual 2.4.3 leaves the order open).
 */
export const emitAssignmentStatement: StatementEmitter<"AssignmentStatement"> = (node, context) => {
  const target = node.targets[0];
  const value = node.values[0];
  if (node.targets.length === 1 && node.values.length === 1 && target && value) {
    emitSingle(target, value, context);
  } else {
    emitMultiple(node, context);
  }
};

function emitSingle(
  target: Identifier | IndexExpression,
  value: Expression,
  context: FunctionContext,
): void {
  const variable = target.type === "Identifier" ? localOf(target, context) : undefined;
  if (variable !== undefined && !isBoxed(variable)) {
    const name = identifier(context.nameOf(variable));
    if (!mentions(value, variable, context)) {
      emitInto(value, context, name);
      // LuaJIT moves what a call returned.
      if (value.type === "CallExpression") pushTrace(value, context);
      return;
    }
    const { js } = emitExpression(value, context);
    if (!isSame(js, name)) context.pushSited(value, assignStatement(name, js));
    return;
  }
  const place = emitPlace(target, context);
  pushStore(place, emitExpression(value, context), context);
}

function emitMultiple(node: AssignmentStatement, context: FunctionContext): void {
  const assigned = new Set<string>();
  for (const target of node.targets) {
    const variable = target.type === "Identifier" ? localOf(target, context) : undefined;
    if (variable !== undefined) assigned.add(context.nameOf(variable));
  }
  // A store below may change a local that an operand reads: such operands are copied first.
  const keep = (value: Operand): Operand => {
    if (value.size === 0 && !(value.js.type === "Identifier" && assigned.has(value.js.name))) {
      return value;
    }
    const copy = context.temporary();
    context.push(assignStatement(copy, value.js));
    return { ...value, js: copy, size: 0 };
  };
  const places = node.targets.map((target) => keepPlace(emitPlace(target, context), keep));
  const values = emitAdjusted(node.values, node.targets.length, context).map(keep);
  for (let index = places.length - 1; index >= 0; index--) {
    const place = places[index];
    const value = values[index];
    if (place !== undefined && value !== undefined) pushStore(place, value, context);
  }
}

/** Where a value is stored, its table and key evaluated. */
type Place =
  | { readonly kind: "variable"; readonly node: Identifier; readonly variable: Variable }
  | { readonly kind: "global"; readonly node: Identifier }
  | {
      readonly kind: "index";
      readonly node: IndexExpression;
      readonly base: Operand;
      readonly key: Operand;
    };

function emitPlace(target: Identifier | IndexExpression, context: FunctionContext): Place {
  if (target.type === "IndexExpression") {
    const base = emitExpression(target.base, context);
    const key = emitExpression(target.key, context);
    return { kind: "index", node: target, base, key };
  }
  const variable = localOf(target, context);
  return variable === undefined
    ? { kind: "global", node: target }
    : { kind: "variable", node: target, variable };
}

function keepPlace(place: Place, keep: (value: Operand) => Operand): Place {
  return place.kind === "index"
    ? { ...place, base: keep(place.base), key: keep(place.key) }
    : place;
}

function pushStore(place: Place, value: Operand, context: FunctionContext): void {
  switch (place.kind) {
    case "variable": {
      const name = identifier(context.nameOf(place.variable));
      const target = isBoxed(place.variable) ? member(name, "v") : name;
      context.pushSited(place.node, assignStatement(target, value.js));
      return;
    }
    case "global":
      pushGlobalStore(place.node, value, context);
      return;
    case "index":
      pushIndexStore(place, value, context);
  }
}

/** `if ($_x.v !== undefined && v !== undefined) $_x.v = v; else if ($setGlobal($_x, v) === null) { ... }` */
function pushGlobalStore(node: Identifier, value: Operand, context: FunctionContext): void {
  const facts = operatorFacts("newindex");
  if (context.module.analysis.usesEnvironments) {
    const [environment, name] = [identifier("$env"), literal(node.name)];
    const store = call(context.helper("setVariable"), environment, name, value.js);
    context.pushSuspending(node, suspendIf(store, context), facts);
    return;
  }
  const cell = identifier(context.module.cell(node.name));
  const slot = member(cell, "v");
  const slow = call(context.helper("setGlobal"), cell, value.js);
  context.pushSuspending(node, storeOrCall([], { slot, value, slow }, context), facts);
}

/**
 * Overwrites what is there, and adds fields and elements where nothing has to be told of it; all else is for the helper:
 *
 *     if (t !== undefined && t.fields !== undefined && (v !== undefined && t.fields.x !== undefined || $canSetField(t))) t.fields.x = v;
 *     else if ($setField(t, "x", v) === null) { ... }
 *     if (i > 0 && (i | 0) === i && t !== undefined && t.array !== undefined && v !== undefined && (i <= t.array.length && t.array[i - 1] !== undefined || $canAdd(t, i))) t.array[i - 1] = v;
 *     else if ($setIndex(t, i, v) === null) { ... }
 *
 * In loops the array part may be known: then `... && $at_t[i - 1] !== undefined || $canAdd(t, i) && ($at_t = t.array) !== undefined`.
 *
 * Elements are appended in place, where V8 learns of what kind those of this list are: in the helper it sees all kinds.
 */
function pushIndexStore(
  { node, base, key }: Extract<Place, { kind: "index" }>,
  value: Operand,
  context: FunctionContext,
): void {
  const { parts, isTable } = partsOf(base, context);
  const isField = isFieldKey(key.js);
  const tests = isTable ? [] : hasPart(base.js, isField ? "fields" : "array");
  let canSet: JsExpression | undefined;
  let isThere: JsExpression | undefined;
  let slot: ESTree.MemberExpression | undefined;
  if (isFieldKey(key.js)) {
    context.module.fieldNames.add(key.js.value);
    if (isPlainFieldName(key.js.value)) {
      slot = member(member(parts, "fields"), key.js.value);
      canSet = call(context.helper("canSetField"), parts);
    }
  } else {
    const isIndex = indexTests(key, isPositive(node.key, context.module.analysis.resolved));
    if (isIndex !== undefined) {
      tests.unshift(...isIndex);
      const known = context.views.arrayOf(base.js);
      const array = known ?? member(parts, "array");
      slot = element(array, previous(key.js));
      const canAdd = call(context.helper("canAdd"), parts, key.js);
      const anew = known && binary("!==", assign(known, member(parts, "array")), UNDEFINED);
      isThere = or(
        and(binary("<=", key.js, member(array, "length")), binary("!==", slot, UNDEFINED)),
        and(canAdd, ...(anew === undefined ? [] : [anew])),
      );
    }
  }
  const helper = context.helper(isField ? "setField" : "setIndex");
  const slow = call(helper, base.js, key.js, value.js);
  const statement =
    slot === undefined
      ? suspendIf(slow, context)
      : storeOrCall(tests, { slot, value, slow, canSet, isThere }, context);
  context.pushSuspending(
    node,
    statement,
    operatorFacts("newindex", [describe(node.base, context)]),
  );
}

interface Store {
  readonly slot: ESTree.MemberExpression;
  readonly value: Operand;
  readonly slow: JsExpression;
  /** Whether the value may be stored whatever it is, and whatever is there. */
  readonly canSet?: JsExpression | undefined;
  /** Whether a value may be stored, if it is none of nil; in place of a test of the slot. */
  readonly isThere?: JsExpression | undefined;
}

function storeOrCall(
  tests: readonly JsExpression[],
  { slot, value, slow, canSet, isThere = binary("!==", slot, UNDEFINED) }: Store,
  context: FunctionContext,
): JsStatement {
  const otherwise = suspendIf(slow, context);
  const isValue = value.type === "unknown" ? [binary("!==", value.js, UNDEFINED)] : [];
  const overwrites = value.type === "nil" ? [] : [...isValue, isThere];
  if (canSet === undefined) {
    if (overwrites.length === 0) return otherwise;
    tests = [...tests, ...overwrites];
  } else {
    tests = [...tests, overwrites.length === 0 ? canSet : or(and(...overwrites), canSet)];
  }
  return ifStatement(and(...tests), assignStatement(slot, value.js), otherwise);
}

function suspendIf(helperCall: JsExpression, context: FunctionContext): JsStatement {
  const isSuspended = binary("===", helperCall, NULL);
  return ifStatement(isSuspended, context.exit(DROPPED));
}

function localOf(node: Identifier, context: FunctionContext): Variable | undefined {
  return context.module.analysis.resolved.get(node);
}

function mentions(node: Expression, variable: Variable, context: FunctionContext): boolean {
  if (node.type === "Identifier") return localOf(node, context) === variable;
  if (node.type === "FunctionExpression") return false;
  let found = false;
  forEachChild(node, (child) => {
    found ||= mentions(child as Expression, variable, context);
  });
  return found;
}

function isSame(js: JsExpression, name: ESTree.Identifier): boolean {
  return js.type === "Identifier" && js.name === name.name;
}
