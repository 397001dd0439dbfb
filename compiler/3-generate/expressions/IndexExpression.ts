import { Destination, operand, type FunctionContext, type Operand } from "../context.ts";
import type { ExpressionEmitter } from "../emitters.ts";
import {
  and,
  assign,
  binary,
  call,
  conditional,
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
} from "../estree.ts";
import { standardFunctions } from "../../generated/libraries.ts";
import { isFieldKey } from "../fieldKeys.ts";
import { metamethodName } from "../site.ts";
import { describe } from "./describe.ts";
import { emitOperandPair } from "./operandPair.ts";
import type * as ESTree from "estree";

/**
 * A constant string key is a property of the fields, a number an element of the array part; all
 * else, and whatever is not there, is for the helper:
 *
 *     if ((typeof t !== "object" || ($1 = t.fields.x) === undefined && ($1 = t.inherited.x) === undefined) && ($1 = $field(t, "x")) === $SUSP) { ... }
 *     if ((typeof i !== "number" || typeof t !== "object" || ($1 = t.array[i - 1]) === undefined) && ...
 */
export const emitIndexExpression: ExpressionEmitter<"IndexExpression"> = (
  node,
  context,
  target,
) => {
  const destination = new Destination(context, target);
  return context.scoped(() => {
    const [base, key] = emitOperandPair(node.base, node.key, context);
    const { place } = destination;
    emitRead(node, { base, key, place, baseName: describe(node.base, context) }, context);
    return operand(place);
  });
};

export interface Read {
  readonly base: Operand;
  readonly key: Operand;
  /** Not used by `base` or `key`. */
  readonly place: ESTree.Identifier;
  readonly baseName: string;
}

/** Appends `place = base[key]`. */
export function emitRead(
  node: { readonly line: number; readonly span: { readonly start: number } },
  { base, key, place, baseName }: Read,
  context: FunctionContext,
): void {
  const helper = context.helper(isFieldKey(key.js) ? "field" : "index");
  const suspended = binary(
    "===",
    assign(place, call(helper, base.js, key.js)),
    context.helper("SUSP"),
  );
  const missed = fastReadMisses(base, key, place, context);
  context.pushSuspending(
    node,
    firstInto(place),
    (exit) => ifStatement(missed === undefined ? suspended : and(missed, suspended), exit),
    { operands: [baseName], callee: metamethodName("index") },
  );
}

/** A test that reads into `place` and is true when that found nothing. */
function fastReadMisses(
  base: Operand,
  key: Operand,
  place: ESTree.Identifier,
  context: FunctionContext,
): JsExpression | undefined {
  if (isFieldKey(key.js) && isStringMethod(key.js.value) && base.type !== "table") {
    context.module.fieldNames.add(key.js.value);
    return methodReadMisses(base, key.js.value, place, context);
  }
  const isNoObject = base.type === "table" ? [] : [not(isType(base.js, "object"))];
  if (isFieldKey(key.js)) {
    context.module.fieldNames.add(key.js.value);
    return or(...isNoObject, fieldReadMisses(base, key.js.value, place));
  }
  if (key.type !== "number" && key.type !== "unknown") return undefined;
  const isNoNumber = key.type === "number" ? [] : [not(isType(key.js, "number"))];
  const read = assign(place, element(member(base.js, "array"), previous(key.js)));
  return or(...isNoNumber, ...isNoObject, isNil(read));
}

/** `($1 = t.fields.x) === undefined && ($1 = t.inherited.x) === undefined` */
function fieldReadMisses(base: Operand, name: string, place: ESTree.Identifier): JsExpression {
  return and(
    ...["fields", "inherited"].map((part) =>
      isNil(assign(place, member(member(base.js, part), name))),
    ),
  );
}

/**
 * What may be a method of a string is looked for there first:
 *
 *     typeof s === "string" ? ($1 = $current.state.stringFields.byte) === undefined : typeof s !== "object" || ...
 */
function methodReadMisses(
  base: Operand,
  name: string,
  place: ESTree.Identifier,
  context: FunctionContext,
): JsExpression {
  const methods = member(member(context.helper("current"), "state"), "stringFields");
  const isNoMethod = isNil(assign(place, member(methods, name)));
  if (base.type === "string") return isNoMethod;
  const isNoField = or(not(isType(base.js, "object")), fieldReadMisses(base, name, place));
  return conditional(isType(base.js, "string"), isNoMethod, isNoField);
}

/** Whether the string library has a function of this name. */
function isStringMethod(name: string): boolean {
  return Object.hasOwn(standardFunctions, `string.${name}`);
}

/** `key - 1`: the offset of a Lua index. */
export function previous(key: JsExpression): JsExpression {
  if (key.type === "Literal" && typeof key.value === "number") return literal(key.value - 1);
  return binary("-", key, literal(1));
}
