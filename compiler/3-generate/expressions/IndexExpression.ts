import { operand, type FunctionContext, type Operand } from "../context.ts";
import { Destination } from "../destination.ts";
import type { ExpressionEmitter } from "../emitters.ts";
import {
  and,
  assign,
  binary,
  call,
  element,
  ifStatement,
  isNil,
  isType,
  literal,
  member,
  not,
  or,
  type JsExpression,
  firstInto,
  NULL,
} from "../estree.ts";
import { isPositive, isStringMethod } from "../../2-analyze/index.ts";
import { isFieldKey } from "../fieldKeys.ts";
import { operatorFacts } from "../site.ts";
import { partsOf } from "../views.ts";
import { describe } from "./describe.ts";
import { emitOperandPair } from "./operandPair.ts";
import type * as ESTree from "estree";

/**
 * A constant string key is a property of the fields, a number an element of the array part; all
 * else, and whatever is not there, is for the helper:
 *
 *     if ((t === undefined || ($1 = t.fields) === undefined || ($1 = $1.x) === undefined && ($1 = t.inherited.x) === undefined) && ($1 = $field(t, "x")) === null) { ... }
 *     if ((typeof i !== "number" || !(i > 0) || (i | 0) !== i || t === undefined || ($1 = t.array) === undefined || ($1 = $1[i - 1]) === undefined) && ...
 *
 * In loops the first two parts may be known (views.ts).
 */
export const emitIndexExpression: ExpressionEmitter<"IndexExpression"> = (
  node,
  context,
  target,
) => {
  const destination = new Destination(context, target);
  return context.scoped(() => {
    const { left: base, right: key } = emitOperandPair(node.base, node.key, context);
    const { place } = destination;
    const isAboveZero = isPositive(node.key, context.module.analysis.resolved);
    const baseName = describe(node.base, context);
    emitRead(node, { base, key, isAboveZero, place, baseName }, context);
    return operand(place);
  });
};

export interface Read {
  readonly base: Operand;
  readonly key: Operand;
  /** Whether the key is known to be a whole number above 0. */
  readonly isAboveZero?: boolean;
  /** Not used by `base` or `key`. */
  readonly place: ESTree.Identifier;
  readonly baseName: string;
}

/** Appends `place = base[key]`. */
export function emitRead(
  node: { readonly line: number; readonly span: { readonly start: number } },
  { base, key, isAboveZero = false, place, baseName }: Read,
  context: FunctionContext,
): void {
  const helper = context.helper(isFieldKey(key.js) ? "field" : "index");
  const suspended = binary("===", assign(place, call(helper, base.js, key.js)), NULL);
  const missed = fastReadMisses({ base, key, isAboveZero, place }, context);
  const test = missed === undefined ? suspended : and(missed, suspended);
  const statement = ifStatement(test, context.exit(firstInto(place)));
  context.pushSuspending(node, statement, operatorFacts("index", [baseName]));
}

/** A test that reads into `place` and is true when that found nothing. */
function fastReadMisses(
  { base, key, isAboveZero, place }: Required<Omit<Read, "baseName">>,
  context: FunctionContext,
): JsExpression | undefined {
  if (isFieldKey(key.js) && isStringMethod(key.js.value) && base.type !== "table") {
    context.module.fieldNames.add(key.js.value);
    return methodReadMisses(base, key.js.value, place, context);
  }
  const { parts, isTable } = partsOf(base, context);
  if (isFieldKey(key.js)) {
    context.module.fieldNames.add(key.js.value);
    return fieldReadMisses(parts, isTable, key.js.value, place);
  }
  const isIndex = indexTests(key, isAboveZero);
  if (isIndex === undefined) return undefined;
  const tests = isIndex.map(not);
  const offset = previous(key.js);
  const array = context.views.arrayOf(base.js);
  if (array !== undefined) {
    const anew = assign(array, member(parts, "array"));
    const isNowhere = and(
      isNil(assign(place, element(array, offset))),
      isNil(assign(place, element(anew, offset))),
    );
    return or(...tests, isNowhere);
  }
  const { isNone, part } = partInto(place, parts, isTable, "array");
  tests.push(...isNone, isNil(assign(place, element(part, offset))));
  return or(...tests);
}

/** `t === undefined || ($1 = t.fields) === undefined || ($1 = $1.x) === undefined && ($1 = t.inherited.x) === undefined` */
function fieldReadMisses(
  table: JsExpression,
  isTable: boolean,
  name: string,
  place: ESTree.Identifier,
): JsExpression {
  const { isNone, part } = partInto(place, table, isTable, "fields");
  return or(
    ...isNone,
    and(
      isNil(assign(place, member(part, name))),
      isNil(assign(place, member(member(table, "inherited"), name))),
    ),
  );
}

/**
 * A part of what may be no table: reads it into `place`, and tells when there is none. V8 compares the hidden class for the read in any
 * case, and then knows all; for `typeof t === "object"` it looks into that class (docs/decisions/inheritance.md).
 */
function partInto(
  place: ESTree.Identifier,
  table: JsExpression,
  isTable: boolean,
  name: "array" | "fields",
): { isNone: JsExpression[]; part: JsExpression } {
  const part = member(table, name);
  if (isTable) return { isNone: [], part };
  // `nil.x`, `("x").y`
  if (table.type === "Literal") return { isNone: [not(isType(table, "object"))], part };
  return { isNone: [isNil(table), isNil(assign(place, part))], part: place };
}

/**
 * What may be a method of a string is looked for there first:
 *
 *     (typeof s !== "string" || ($1 = $strings.byte) === undefined) && (s === undefined || ...)
 */
function methodReadMisses(
  base: Operand,
  name: string,
  place: ESTree.Identifier,
  context: FunctionContext,
): JsExpression {
  const isNoMethod = isNil(assign(place, member(context.module.useStrings(), name)));
  if (base.type === "string") return isNoMethod;
  const { parts, isTable } = partsOf(base, context);
  const isNoField = fieldReadMisses(parts, isTable, name, place);
  return and(or(not(isType(base.js, "string")), isNoMethod), isNoField);
}

/**
 * What must be true of a key for it to be looked for in the array part; `undefined` when it never is. One read at
 * index -1, and V8 reads by name ever after (measured: 6 ns in place of 1.5); for a fraction it makes the text of that name
 * each time (500 ns). The test costs nothing that could be measured.
 */
export function indexTests(key: Operand, isAboveZero: boolean): JsExpression[] | undefined {
  if (key.type !== "number" && key.type !== "unknown") return undefined;
  if (key.js.type === "Literal" && !isAboveZero) return undefined;
  const isNumber = key.type === "number" ? [] : [isType(key.js, "number")];
  if (isAboveZero) return isNumber;
  const isInteger = binary("===", binary("|", key.js, literal(0)), key.js);
  return [...isNumber, binary(">", key.js, literal(0)), isInteger];
}

/** `key - 1`: the offset of a Lua index. */
export function previous(key: JsExpression): JsExpression {
  if (key.type === "Literal" && typeof key.value === "number") return literal(key.value - 1);
  return binary("-", key, literal(1));
}
