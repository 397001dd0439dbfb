/** Which constant keys are properties of a table's fields (runtime/core/fields.ts). */
import type { JsExpression } from "./estree.ts";

/**
 * A constant string key, unless V8 would treat it as an array index, or the runtime must see each
 * change of it.
 */
export function isFieldKey(
  key: JsExpression,
): key is JsExpression & { type: "Literal"; value: string } {
  return key.type === "Literal" && typeof key.value === "string" && isFieldName(key.value);
}

/** Whether emitted code may overwrite a field: events of metatables are for the runtime to see. */
export function isPlainFieldName(key: string): boolean {
  return !key.startsWith("__");
}

export function isFieldName(key: string): boolean {
  // Most begin with a letter.
  return key.charCodeAt(0) > 95 || !/^(?:0|[1-9]\d{0,9}|__mode|__gc)$/.test(key);
}
