/** What can be said of the items of a program before there is anything to match. */
import { intersects, type CharacterSet } from "./characterSet.ts";
import { isRequired, type PatternItem } from "./program.ts";

type Items = readonly PatternItem[];

/** Whether matching what follows the item counts as one level deeper (LuaJIT's LJ_MAX_XLEVEL). */
export function deepens(item: PatternItem): boolean {
  if (item.kind === "single") return item.repeat !== "once";
  return item.kind === "open" || item.kind === "close";
}

/**
 * Whether a repetition may have to try another length after the rest of the pattern failed. Not
 * when the rest can't begin with a character of the set: then only the full run can match.
 */
export function mayGiveBack(items: Items, index: number): boolean {
  const item = items[index];
  if (item?.kind !== "single" || item.repeat === "once") return false;
  return !alwaysMatches(items, index + 1) && mayBeginWith(items, index + 1, item.set);
}

/**
 * The index of the item a pattern begins with, when that takes all characters of a set that there are, and what follows
 * does not depend on where it began: if that fails, it fails for all later places in the same run, too, since all end where
 * it ends. -1 when there is no such item.
 */
export function firstRunToSkip(items: Items): number {
  const index = items.findIndex((item) => item.kind !== "open");
  const item = items[index];
  if (item?.kind !== "single" || (item.repeat !== "some" && item.repeat !== "many")) return -1;
  const isAlike = items.every((each) => each.kind !== "repeated" && each.kind !== "malformed");
  return isAlike && !mayGiveBack(items, index) ? index : -1;
}

/** Whether an item never looks at more than a few characters. */
export function isBounded(item: PatternItem): boolean {
  if (item.kind === "balanced" || item.kind === "repeated") return false;
  return item.kind !== "single" || item.repeat === "once" || item.repeat === "optional";
}

/** Whether the items from `index` on match wherever they are tried. */
export function alwaysMatches(items: Items, index: number): boolean {
  return items
    .slice(index)
    .every(
      (item) =>
        item.kind === "open" ||
        item.kind === "close" ||
        (item.kind === "single" && !isRequired(item)),
    );
}

/** Whether the items from `index` on may match before a character of the set, or be malformed. */
function mayBeginWith(items: Items, index: number, set: CharacterSet): boolean {
  for (const item of items.slice(index)) {
    switch (item.kind) {
      case "single":
        if (intersects(item.set, set)) return true;
        if (isRequired(item)) return false;
        break;
      case "balanced":
        return set.members[item.opening] === 1;
      case "end":
      case "never":
        return false;
      case "frontier":
      case "repeated":
      case "malformed":
        return true;
      case "open":
      case "close":
        break;
    }
  }
  return true;
}

/** The characters that must come first when matching begins at an item. */
export function literalAt(items: Items, index: number): string {
  let literal = "";
  for (const item of items.slice(index)) {
    if (item.kind === "open" || item.kind === "close") continue;
    const range = item.kind === "single" && item.repeat === "once" ? item.set.ranges : [];
    const [first, last] = range[0] ?? [0, 1];
    if (range.length !== 1 || first !== last) break;
    literal += String.fromCharCode(first);
  }
  return literal;
}

/** A match is at least so long, or is over at the first malformed item. */
export function leastLength(items: Items): number {
  let length = 0;
  for (const item of items) {
    if (item.kind === "malformed") break;
    if (item.kind === "single" && isRequired(item)) length++;
    if (item.kind === "balanced") length += 2;
  }
  return length;
}

/** How many items from `index` on take one character each. */
export function requiredFrom(items: Items, index: number): number {
  let count = 0;
  for (const item of items.slice(index)) {
    if (item.kind === "open" || item.kind === "close") continue;
    if (item.kind !== "single" || item.repeat !== "once") break;
    count++;
  }
  return count;
}
