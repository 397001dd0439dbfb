import type * as ESTree from "estree";
import type { Expression, Parenthesized, TableEntry, TableExpression } from "../../ast.ts";
import { beginningOf, pushTrace } from "../accessible/traces.ts";
import { operand, type FunctionContext } from "../context.ts";
import { Destination } from "../destination.ts";
import type { ExpressionEmitter } from "../emitters.ts";
import { emitExpression } from "../emitters.ts";
import {
  array,
  assignStatement,
  call,
  create,
  expressionStatement,
  identifier,
  literal,
  spread,
  type JsExpression,
} from "../estree.ts";
import { isFieldName } from "../fieldKeys.ts";
import { arraySlots } from "./arraySlots.ts";
import { templateOrder, type PlacedEntry } from "./constructorOrder.ts";
import { emitAll, emitList, isMultiple, type Multiple } from "../valueLists.ts";

/** Literals of a size that people write are built in one expression. */
const MAX_RECORD_KEYS = 64;
const MAX_INLINE_ELEMENTS = 64;

/**
 * Four forms, by what the constructor consists of:
 *
 *     {}                       new $LuaTable($NO_FIELDS, [])
 *     {x = 1, y = 2}           new $LuaTable(new $Record1(1, 2), $NO_ELEMENTS)
 *     {a, b, f()}              $list($NO_FIELDS, [a, b, ...$2], 4, true)
 *     {nil, nil, nil}          new $LuaTable($NO_FIELDS, $room(4))
 *
 * Entries with computed keys, and lists too long for one expression, are stored one after the other,
 * in the order that constructorOrder.ts tells.
 */
export const emitTableExpression: ExpressionEmitter<"TableExpression"> = (
  node,
  context,
  target,
) => {
  const { place } = new Destination(context, target);
  context.scoped(() => {
    if (context.access !== undefined) pushTrace(beginningOf(node, context), context);
    if (isSimple(node)) emitSimple(node, place, context);
    else emitStepwise(node, place, context);
  });
  return operand(place, "table");
};

/**
 * Positional and constant string keys only, each key once, and not too many of either. Literals may be any number:
 * V8 copies lists of nothing else from a template when they are written to.
 */
function isSimple(node: TableExpression): boolean {
  const keys: string[] = [];
  let elementCount = 0;
  for (const { key, value } of node.entries) {
    if (key === undefined) elementCount += isLiteral(value) ? 0 : 1;
    else if (key.type !== "StringLiteral" || keys.includes(key.value)) return false;
    else if (!isFieldName(key.value)) return false;
    else if (keys.push(key.value) > MAX_RECORD_KEYS) return false;
  }
  return elementCount <= MAX_INLINE_ELEMENTS;
}

function isLiteral({ type }: Expression): boolean {
  return type === "NumberLiteral" || type === "StringLiteral" || type === "BooleanLiteral";
}

function emitSimple(
  node: TableExpression,
  place: ESTree.Identifier,
  context: FunctionContext,
): void {
  const keys: string[] = [];
  const fieldValues: JsExpression[] = [];
  const list: (JsExpression | ESTree.SpreadElement)[] = [];
  const slots = arraySlots(node);
  let isGathered = false as boolean;
  let hasNils = false as boolean;
  let hasValues = false as boolean;
  let mayHaveNils = false as boolean;
  let mayEndInNil = false as boolean;
  node.entries.forEach(({ key, value }, index) => {
    if (key?.type === "StringLiteral") {
      keys.push(key.value);
      fieldValues.push(emitExpression(value, context).js);
      pushStoreTrace(value, context);
    } else if (isMultiple(value) && index === node.entries.length - 1) {
      list.push(spread(emitAll(value, context)));
      mayEndInNil = true;
      hasValues = true;
      isGathered = true;
    } else {
      const element = emitExpression(value, context);
      list.push(element.js);
      pushStoreTrace(value, context);
      mayEndInNil = element.type === "unknown" || element.type === "nil";
      hasNils ||= element.type === "nil";
      hasValues ||= element.type !== "nil";
      mayHaveNils ||= mayEndInNil;
    }
  });
  const isRecord = keys.length > 0;
  const fields = isRecord
    ? create(identifier(context.module.record(keys)), ...fieldValues)
    : context.helper("NO_FIELDS");
  const isRoom = hasNils && !hasValues;
  const isTrimmed = !isRoom && (mayEndInNil || hasNils || (mayHaveNils && slots > list.length + 1));
  let elements: JsExpression = array(list);
  if (isRoom) elements = call(context.helper("room"), literal(slots));
  else if (isRecord && list.length === 0) elements = context.helper("NO_ELEMENTS");
  const made = isTrimmed
    ? call(context.helper("list"), fields, elements, literal(slots), literal(isGathered))
    : create(context.helper("LuaTable"), fields, elements);
  context.withoutTraces(() => {
    context.pushSited(node, assignStatement(place, made));
  });
}

/** LuaJIT stores each value when it has it, but for constants. */
function pushStoreTrace(value: Expression, context: FunctionContext): void {
  if (!value.type.endsWith("Literal")) pushTrace(value, context);
}

function emitStepwise(
  node: TableExpression,
  place: ESTree.Identifier,
  context: FunctionContext,
): void {
  const empty = create(context.helper("LuaTable"), context.helper("NO_FIELDS"), array([]));
  context.withoutTraces(() => {
    context.pushSited(node, assignStatement(place, empty));
  });
  let offset = 0;
  let pending: Expression[] = [];
  const flush = (): void => {
    if (pending.length === 0) return;
    const values = pending;
    context.scoped(() => {
      const list = array(emitList(values, context));
      pushAppend(node, { place, offset, list }, context);
    });
    offset += pending.length;
    pending = [];
  };
  const last = node.entries.at(-1)?.value;
  const entries =
    (context.module.isPuc51 ? undefined : templateOrder(node.entries)) ?? placed(node.entries);
  for (const entry of entries) {
    if (entry.key !== undefined) {
      flush();
      emitKeyed(entry, entry.key, place, context);
      continue;
    }
    if (entry.index !== offset + pending.length + 1) {
      flush();
      offset = (entry.index ?? 1) - 1;
    }
    // A call in the middle gives one value: only the last entry of all may give more.
    const isCut = isMultiple(entry.value) && entry.value !== last;
    pending.push(isCut ? parenthesize(entry.value) : entry.value);
    if (pending.length >= MAX_INLINE_ELEMENTS) flush();
  }
  flush();
  const lastEntry = node.entries.at(-1);
  const isGathered = lastEntry?.key === undefined && isMultiple(lastEntry?.value);
  const finish = call(
    context.helper("finish"),
    place,
    literal(arraySlots(node)),
    literal(isGathered),
  );
  context.withoutTraces(() => {
    context.pushSited(node, expressionStatement(finish));
  });
}

/** In the order of the source. */
function placed(entries: readonly TableEntry[]): PlacedEntry[] {
  let count = 0;
  return entries.map((entry) => ({
    ...entry,
    index: entry.key === undefined ? ++count : undefined,
  }));
}

interface Append {
  readonly place: ESTree.Identifier;
  /** How many positional entries came before. */
  readonly offset: number;
  readonly list: JsExpression;
}

function pushAppend(
  node: TableExpression,
  { place, offset, list }: Append,
  context: FunctionContext,
): void {
  const append = call(context.helper("append"), place, literal(offset), list);
  context.withoutTraces(() => {
    context.pushSited(node, expressionStatement(append));
  });
}

function parenthesize(expression: Multiple): Parenthesized {
  return { type: "Parenthesized", span: expression.span, line: expression.line, expression };
}

function emitKeyed(
  entry: TableEntry,
  keyNode: Expression,
  place: ESTree.Identifier,
  context: FunctionContext,
): void {
  context.scoped(() => {
    const key =
      keyNode.type === "StringLiteral"
        ? literal(keyNode.value)
        : emitExpression(keyNode, context).js;
    const value = emitExpression(entry.value, context);
    context.pushSited(
      entry.value,
      expressionStatement(call(context.helper("initialize"), place, key, value.js)),
    );
  });
}
