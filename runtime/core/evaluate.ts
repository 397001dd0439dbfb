/**
 * Runs a chunk that was read but not compiled: one that returns constants, tables of them, and what follows from those and
 * global variables. Programs keep data as such texts, and calculate what somebody typed; the compiler and V8 take a
 * hundred times as long for one as reading it does.
 *
 * Nothing here changes anything, calls a function of Lua or raises an error. Where that would be next, it gives up, and the
 * chunk is compiled and runs from its start: nobody can tell.
 */
import type { BinaryOperator, Evaluable, EvaluableNode, EvaluableTable } from "../host.ts";
import { declareFieldNames, Fields, isFieldKey, NO_FIELDS, type FieldsObject } from "./fields.ts";
import { modulo, numberToString } from "./number.ts";
import { power } from "./power.ts";
import { LuaTable, NO_ELEMENTS } from "./table.ts";
import type { LuaFunction, LuaValue } from "./value.ts";

/** Emitted constructors with more keys do it in the same way as all else (TableExpression.ts). */
const MAX_RECORD_KEYS = 64;

/** V8 makes a dictionary of an object that gets more properties by names that are values. */
const MAX_ASSIGNED_KEYS = 16;

/** In place of a value that can't be had here. */
const UNKNOWN = Symbol("unknown");
type Known = LuaValue | typeof UNKNOWN;

/** The builtins that may be called, and how many arguments they want at least. */
const calculations = new Map<LuaFunction, number>();

/**
 * Says that builtins do nothing but calculate one number from numbers.
 *
 * @param argumentCount That they want at least.
 */
export function declareCalculations(builtins: readonly LuaFunction[], argumentCount: number): void {
  for (const builtin of builtins) calculations.set(builtin, argumentCount);
}

/**
 * What a chunk returns. `undefined` where it has to be compiled.
 *
 * @param environment Of its global variables.
 */
export function evaluate(
  values: readonly Evaluable[],
  environment: LuaTable,
): LuaValue[] | undefined {
  const results: LuaValue[] = [];
  for (const value of values) {
    const result = valueOf(value, environment);
    if (result === UNKNOWN) return undefined;
    results.push(result);
  }
  return results;
}

function valueOf(value: Evaluable, environment: LuaTable): Known {
  return typeof value === "object" ? nodeValue(value, environment) : value;
}

function nodeValue(node: EvaluableNode, environment: LuaTable): Known {
  switch (node.kind) {
    case "table":
      return tableOf(node, environment);
    case "global":
      return entryOf(environment, node.name);
    case "index":
      return entryOf(valueOf(node.object, environment), valueOf(node.key, environment));
    case "call":
      return calculate(valueOf(node.callee, environment), node.values, environment);
    case "unary": {
      const operand = valueOf(node.operand, environment);
      if (operand === UNKNOWN) return UNKNOWN;
      if (node.operator === "not") return isFalse(operand);
      return typeof operand === "number" ? -operand : UNKNOWN;
    }
    case "binary": {
      const left = valueOf(node.left, environment);
      if (left === UNKNOWN) return UNKNOWN;
      if (node.operator === "and" && isFalse(left)) return left;
      if (node.operator === "or" && !isFalse(left)) return left;
      const right = valueOf(node.right, environment);
      return right === UNKNOWN ? UNKNOWN : operate(node.operator, left, right);
    }
  }
}

function isFalse(value: LuaValue): boolean {
  return value === undefined || value === false;
}

/** What `object[key]` is, if no metamethod has a say. */
function entryOf(object: Known, key: Known): Known {
  if (!(object instanceof LuaTable) || key === UNKNOWN || key === undefined) return UNKNOWN;
  const value = object.get(key);
  return value === undefined && object.metatable !== undefined ? UNKNOWN : value;
}

function calculate(callee: Known, values: readonly Evaluable[], environment: LuaTable): Known {
  if (typeof callee !== "function") return UNKNOWN;
  const argumentCount = calculations.get(callee);
  if (argumentCount === undefined || values.length < argumentCount) return UNKNOWN;
  const numbers: number[] = [];
  for (const value of values) {
    const number = valueOf(value, environment);
    if (typeof number !== "number") return UNKNOWN;
    numbers.push(number);
  }
  return callee(...numbers) as number;
}

function operate(operator: BinaryOperator, left: LuaValue, right: LuaValue): Known {
  switch (operator) {
    case "and":
    case "or":
      return right;
    case "==":
      return areEqual(left, right);
    case "~=": {
      const isEqual = areEqual(left, right);
      return isEqual === UNKNOWN ? UNKNOWN : !isEqual;
    }
    case "..":
      return concatenate(left, right);
    default:
  }
  if (typeof left === "number" && typeof right === "number")
    return arithmetic(operator, left, right);
  return typeof left === "string" && typeof right === "string"
    ? compare(operator, left, right)
    : UNKNOWN;
}

type OrderOrArithmetic = Exclude<BinaryOperator, "and" | "or" | "==" | "~=" | "..">;

function arithmetic(operator: OrderOrArithmetic, left: number, right: number): Known {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return modulo(left, right);
    case "^":
      return power(left, right);
    default:
      return compare(operator, left, right);
  }
}

/** Of two numbers, or two strings. */
function compare<Value extends number | string>(
  operator: OrderOrArithmetic,
  left: Value,
  right: Value,
): Known {
  switch (operator) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    default:
      return UNKNOWN;
  }
}

/** Two objects may have a metamethod. */
function areEqual(left: LuaValue, right: LuaValue): boolean | typeof UNKNOWN {
  if (left === right) return true;
  return typeof left === "object" && typeof right === "object" ? UNKNOWN : false;
}

function concatenate(left: LuaValue, right: LuaValue): Known {
  const head = typeof left === "number" ? numberToString(left) : left;
  const tail = typeof right === "number" ? numberToString(right) : right;
  return typeof head === "string" && typeof tail === "string" ? head + tail : UNKNOWN;
}

/** As emitted code makes it. */
function tableOf(node: EvaluableTable, environment: LuaTable): Known {
  const { keys, items } = node;
  if (isRecord(keys)) {
    declareFieldNames(keys);
    const fields = keys.length === 0 ? NO_FIELDS : fieldsOf(keys, node.values, environment);
    const elements = listOf(items, environment);
    if (fields === UNKNOWN || elements === UNKNOWN) return UNKNOWN;
    const hasNone = elements.length === 0 && keys.length > 0;
    return new LuaTable(fields, hasNone ? NO_ELEMENTS : elements);
  }
  const table = new LuaTable(NO_FIELDS, []);
  for (let index = 0; index < keys.length; index++) {
    const key = valueOf(keys[index], environment);
    const value = valueOf(node.values[index], environment);
    if (key === UNKNOWN || key === undefined || Number.isNaN(key)) return UNKNOWN;
    // Which of two values for a key wins depends on whether they are constants.
    if (value === UNKNOWN || value === undefined || table.get(key) !== undefined) return UNKNOWN;
    table.set(key, value);
  }
  const elements = listOf(items, environment);
  if (elements === UNKNOWN) return UNKNOWN;
  elements.forEach((element, index) => {
    table.setNumber(index + 1, element);
  });
  return table;
}

function isRecord(keys: readonly Evaluable[]): keys is readonly string[] {
  return (
    keys.length <= MAX_RECORD_KEYS &&
    keys.every((key) => typeof key === "string" && isFieldKey(key))
  );
}

function fieldsOf(
  keys: readonly string[],
  values: readonly Evaluable[],
  environment: LuaTable,
): FieldsObject | typeof UNKNOWN {
  const fields = new Fields();
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    const value = valueOf(values[index], environment);
    if (value === UNKNOWN || value === undefined || fields[key] !== undefined) return UNKNOWN;
    if (keys.length <= MAX_ASSIGNED_KEYS) fields[key] = value;
    else Object.defineProperty(fields, key, { value, ...PLAIN });
  }
  return fields;
}

const PLAIN = { writable: true, enumerable: true, configurable: true };

function listOf(items: readonly Evaluable[], environment: LuaTable): LuaValue[] | typeof UNKNOWN {
  const list: LuaValue[] = [];
  for (const item of items) {
    const value = valueOf(item, environment);
    if (value === UNKNOWN || value === undefined) return UNKNOWN;
    list.push(value);
  }
  return list;
}
