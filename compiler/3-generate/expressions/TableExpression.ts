import type * as ESTree from "estree";
import type { Expression, TableEntry, TableExpression } from "../../ast.ts";
import { Destination, operand, type FunctionContext } from "../context.ts";
import type { ExpressionEmitter } from "../emitters.ts";
import { emitExpression } from "../emitters.ts";
import {
  array,
  assignStatement,
  call,
  create,
  expressionStatement,
  identifier,
  member,
  spread,
  type JsExpression,
} from "../estree.ts";
import { isFieldName } from "../fieldKeys.ts";
import { emitAll, isMultiple } from "../valueLists.ts";

/** Literals of a size that people write are built in one expression. */
const MAX_RECORD_KEYS = 64;
const MAX_INLINE_ELEMENTS = 64;

/**
 * Three forms, by what the constructor consists of:
 *
 *     {}                       new $LuaTable($NO_FIELDS, [])
 *     {x = 1, y = 2}           new $LuaTable(new $Record1(1, 2), $NO_ELEMENTS)
 *     {a, b, f()}              new $LuaTable($NO_FIELDS, $elements([a, b, ...$2]))
 *
 * Entries with computed keys, and lists too long for one expression, are stored one after the other
 * in source order.
 */
export const emitTableExpression: ExpressionEmitter<"TableExpression"> = (
  node,
  context,
  target,
) => {
  const { place } = new Destination(context, target);
  context.scoped(() => {
    if (isSimple(node)) emitSimple(node, place, context);
    else emitStepwise(node, place, context);
  });
  return operand(place, "table");
};

/** Positional and constant string keys only, each key once, and not too many of either. */
function isSimple(node: TableExpression): boolean {
  const keys = new Set<string>();
  let elementCount = 0;
  for (const { key } of node.entries) {
    if (key === undefined) elementCount++;
    else if (key.type !== "StringLiteral" || keys.has(key.value)) return false;
    else if (!isFieldName(key.value)) return false;
    else keys.add(key.value);
  }
  return keys.size <= MAX_RECORD_KEYS && elementCount <= MAX_INLINE_ELEMENTS;
}

function emitSimple(
  node: TableExpression,
  place: ESTree.Identifier,
  context: FunctionContext,
): void {
  const keys: string[] = [];
  const fields: JsExpression[] = [];
  const list: (JsExpression | ESTree.SpreadElement)[] = [];
  let mayEndInNil = false as boolean;
  node.entries.forEach(({ key, value }, index) => {
    if (key?.type === "StringLiteral") {
      keys.push(key.value);
      fields.push(emitExpression(value, context).js);
    } else if (isMultiple(value) && index === node.entries.length - 1) {
      list.push(spread(emitAll(value, context)));
      mayEndInNil = true;
    } else {
      const element = emitExpression(value, context);
      list.push(element.js);
      mayEndInNil = element.type === "unknown" || element.type === "nil";
    }
  });
  const elements = mayEndInNil ? call(context.helper("elements"), array(list)) : array(list);
  const isRecord = keys.length > 0;
  context.pushSited(
    node,
    assignStatement(
      place,
      create(
        context.helper("LuaTable"),
        isRecord
          ? create(identifier(context.module.record(keys)), ...fields)
          : context.helper("NO_FIELDS"),
        isRecord && list.length === 0 ? context.helper("NO_ELEMENTS") : elements,
      ),
    ),
  );
}

function emitStepwise(
  node: TableExpression,
  place: ESTree.Identifier,
  context: FunctionContext,
): void {
  const list = context.temporary();
  context.pushSited(node, assignStatement(list, array([])));
  context.pushSited(
    node,
    assignStatement(place, create(context.helper("LuaTable"), context.helper("NO_FIELDS"), list)),
  );
  let pending: Expression[] = [];
  const flush = (): void => {
    if (pending.length > 0) appendAll(node, list, pending, context);
    pending = [];
  };
  node.entries.forEach((entry, index) => {
    if (entry.key === undefined) {
      pending.push(entry.value);
      const isLast = index === node.entries.length - 1;
      if (!isLast && pending.length >= MAX_INLINE_ELEMENTS) flush();
    } else {
      flush();
      emitKeyed(entry, entry.key, place, context);
    }
  });
  const last = pending.at(-1);
  if (isMultiple(last) && node.entries.at(-1)?.key === undefined) {
    pending.pop();
    flush();
    context.scoped(() => {
      const values = emitAll(last, context);
      context.pushSited(node, expressionStatement(call(context.helper("append"), list, values)));
    });
  }
  flush();
  context.pushSited(node, expressionStatement(call(context.helper("elements"), list)));
}

/** Appends single values to the array part, whose length is the number of entries so far. */
function appendAll(
  node: TableExpression,
  list: ESTree.Identifier,
  values: readonly Expression[],
  context: FunctionContext,
): void {
  context.scoped(() => {
    const operands = values.map((value) => emitExpression(value, context).js);
    context.pushSited(node, expressionStatement(call(member(list, "push"), ...operands)));
  });
}

function emitKeyed(
  entry: TableEntry,
  keyNode: Expression,
  place: ESTree.Identifier,
  context: FunctionContext,
): void {
  context.scoped(() => {
    const key = emitExpression(keyNode, context);
    const value = emitExpression(entry.value, context);
    context.pushSited(
      entry.value,
      expressionStatement(call(context.helper("initialize"), place, key.js, value.js)),
    );
  });
}
