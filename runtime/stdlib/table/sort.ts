/**
 * `table.sort`: the quicksort of Lua's `ltablib.c`, comparison for comparison, so that an order
 * function that makes no sense ends as it does in LuaJIT, and one with side effects sees the same
 * calls. Elements are read and written one by one because an order function may change the table.
 */
import { ALARM, alarm, checkpoint } from "../../core/budget.ts";
import { first, asResults } from "../../core/call.ts";
import { isLess } from "../../core/compare.ts";
import { current } from "../../core/current.ts";
import { elementAt } from "../../core/elementAt.ts";
import { firstOf } from "../../core/frames.ts";
import { finishHere } from "../../core/runFrames.ts";
import type { LuaTable } from "../../core/table.ts";
import type { LuaFunction, LuaValue, Results } from "../../core/value.ts";
import { callerError } from "../arguments.ts";

/** From this length on, copying numbers to a typed array and sorting there pays. */
const MIN_NATIVE_LENGTH = 32;

/** So many strings are sorted in a moment. More must be a thing that can be stopped (core/budget.ts). */
const MAX_UNCHECKED_LENGTH = 2 ** 16;

/**
 * Sorts the elements 1 to `#table`.
 *
 * @throws LuaError "invalid order function for sorting", "attempt to compare ..."
 */
export function sortTable(table: LuaTable, isBefore: LuaFunction | undefined): void {
  const length = table.length();
  if (isBefore === undefined && table.array.length === length && sortNatively(table.array)) return;
  // As in LuaJIT, an order function can't yield.
  current.unyieldable++;
  try {
    quicksort(table, 1, length, isBefore ?? less);
  } finally {
    current.unyieldable--;
  }
}

/**
 * Sorts an array of strings only, or of numbers only, in place; false when it is neither. Any
 * correct algorithm gives the result of `quicksort` there, except with NaN and -0.
 */
function sortNatively(array: LuaValue[]): boolean {
  if (array.length < MIN_NATIVE_LENGTH) return false;
  if (array.every((value) => typeof value === "string")) {
    // By UTF-16 code units, which are bytes here.
    if (array.length <= MAX_UNCHECKED_LENGTH) array.sort();
    else array.sort(compareStoppably);
    return true;
  }
  return isOrdinaryNumber(elementAt(array, 0)) && sortNumbers(array);
}

function sortNumbers(array: LuaValue[]): boolean {
  let areSmall = true;
  for (const value of array) {
    if (!isOrdinaryNumber(value)) return false;
    if ((value | 0) !== value) areSmall = false;
  }
  // Small integers must come back as such: those from a list of doubles would be objects for V8.
  const sorted = areSmall ? new Int32Array(array.length) : new Float64Array(array.length);
  for (let index = 0; index < array.length; index++) {
    sorted[index] = elementAt(array, index) as number;
  }
  sorted.sort();
  // Each of the two loops meets one kind of list (core/elementAt.ts).
  if (areSmall) for (let index = 0; index < array.length; index++) array[index] = sorted[index];
  else for (let index = 0; index < array.length; index++) array[index] = sorted[index];
  return true;
}

function compareStoppably(left: string, right: string): number {
  if (alarm[ALARM.raised] !== 0) checkpoint();
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function isOrdinaryNumber(value: LuaValue): value is number {
  return typeof value === "number" && value === value && !Object.is(value, -0);
}

/** The order without a function. */
function less(left: LuaValue, right: LuaValue): Results {
  return asResults(isLess(left, right));
}

/** Whether an order function says yes. */
function isTrue(results: Results): boolean {
  if (results === true || results === false) return results;
  const settled = first(results);
  const value = settled === null ? firstOf(finishHere()) : settled;
  return value !== undefined && value !== false;
}

/** Sorts the elements from `low` to `high`. */
function quicksort(table: LuaTable, low: number, high: number, isBefore: LuaFunction): void {
  while (low < high) {
    const middle = (low + high) >> 1;
    sortThree(table, low, high, isBefore);
    if (high - low <= 2) return;
    const pivot = table.getNumber(middle);
    const beforeLast = table.getNumber(high - 1);
    put(table, middle, beforeLast, high - 1, pivot);
    const border = partition(table, low, high, pivot, isBefore);
    // Recursion only into the smaller part, so that it is never deep.
    if (border - low < high - border) {
      quicksort(table, low, border - 1, isBefore);
      low = border + 1;
    } else {
      quicksort(table, border + 1, high, isBefore);
      high = border - 1;
    }
  }
}

/** Orders the first, the middle and the last element; with two elements, these. */
function sortThree(table: LuaTable, low: number, high: number, isBefore: LuaFunction): void {
  sortTwo(table, low, high, isBefore);
  if (high - low === 1) return;
  const middle = (low + high) >> 1;
  if (!sortTwo(table, low, middle, isBefore)) sortTwo(table, middle, high, isBefore);
}

/** Swaps two elements when the upper one belongs before the lower one; whether it did. */
function sortTwo(table: LuaTable, low: number, high: number, isBefore: LuaFunction): boolean {
  const lower = table.getNumber(low);
  const upper = table.getNumber(high);
  if (!isTrue(isBefore(upper, lower))) return false;
  put(table, low, upper, high, lower);
  return true;
}

/**
 * Brings what belongs before the pivot before it; returns where the pivot ends up.
 *
 * The pivot is at `high - 1` and the element at `high` does not belong before it.
 */
function partition(
  table: LuaTable,
  low: number,
  high: number,
  pivot: LuaValue,
  isBefore: LuaFunction,
): number {
  let left = low;
  let right = high - 1;
  for (;;) {
    if (alarm[ALARM.raised] !== 0) checkpoint();
    let leftValue = table.getNumber(++left);
    while (isTrue(isBefore(leftValue, pivot))) {
      if (left >= high) callerError("invalid order function for sorting");
      leftValue = table.getNumber(++left);
    }
    let rightValue = table.getNumber(--right);
    while (isTrue(isBefore(pivot, rightValue))) {
      if (right <= low) callerError("invalid order function for sorting");
      rightValue = table.getNumber(--right);
    }
    if (right < left) break;
    put(table, left, rightValue, right, leftValue);
  }
  const pivotNow = table.getNumber(high - 1);
  const borderValue = table.getNumber(left);
  put(table, high - 1, borderValue, left, pivotNow);
  return left;
}

function put(
  table: LuaTable,
  luaIndex: number,
  value: LuaValue,
  otherIndex: number,
  otherValue: LuaValue,
): void {
  const { array } = table;
  const isPlain = value !== undefined && otherValue !== undefined;
  if (isPlain && luaIndex <= array.length && otherIndex <= array.length) {
    // Lists of other values never come to where numbers are stored, and are what V8 would make of those (core/elementAt.ts).
    if (typeof value === "number" && typeof otherValue === "number") {
      array[luaIndex - 1] = value;
      array[otherIndex - 1] = otherValue;
    } else {
      array[luaIndex - 1] = value;
      array[otherIndex - 1] = otherValue;
    }
  } else {
    table.setNumber(luaIndex, value);
    table.setNumber(otherIndex, otherValue);
  }
}
