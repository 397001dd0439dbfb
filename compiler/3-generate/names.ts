/**
 * JavaScript names for Lua names. Names of ours start with `$`, which no Lua name contains; a Lua
 * name keeps its text where JavaScript allows it, with `$1`, `$2`, ... behind it when several
 * variables of a function share it.
 */
import { isWord } from "../words.ts";
import type * as ESTree from "estree";
import type { FunctionExpression } from "../ast.ts";
import type { JsExpression } from "./estree.ts";

const RESERVED = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval " +
    "export extends false finally for function if implements import in instanceof interface let new " +
    "null package private protected public return static super switch this throw true try typeof " +
    "undefined var void while with yield NaN Infinity Array Math"
  ).split(" "),
);

/** A name that reads like the Lua one and is a legal JavaScript identifier. */
export function toIdentifier(luaName: string): string {
  // The text may be any string key: functions and fields are named after those too.
  const plain = isWord(luaName)
    ? luaName
    : luaName.replaceAll(/[^\w]/g, "_").replace(/^(?=\d|$)/, "_");
  return RESERVED.has(plain) ? `${plain}$` : plain;
}

/** Hands out names that are unique within one scope of emitted code. */
export class NameAllocator {
  private readonly taken: Set<string>;
  /** How many have been asked for by a name that was taken. */
  private counts: Map<string, number> | undefined = undefined;

  constructor(taken: Iterable<string> = []) {
    this.taken = new Set(taken);
  }

  allocate(wanted: string): string {
    let name = wanted;
    if (this.taken.has(wanted)) {
      const counts = (this.counts ??= new Map<string, number>());
      let count = counts.get(wanted) ?? 0;
      do name = `${wanted}$${String(++count)}`;
      while (this.taken.has(name));
      counts.set(wanted, count);
    }
    this.taken.add(name);
    return name;
  }
}

/** Whether an expression is one of the temporaries that a function shares out (context.ts). */
export function isTemporary(js: JsExpression): js is ESTree.Identifier {
  if (js.type !== "Identifier" || js.name.charCodeAt(0) !== 36) return false;
  const second = js.name.charCodeAt(1);
  return second >= 48 && second <= 57;
}

/**
 * What the function is called in stacks, profiles and heap snapshots, beside the file it is in: the whole name that it
 * is declared with, as a JavaScript name (`M_total` for `function M.total()`), or else the line where it begins.
 */
export function functionNameOf(node: FunctionExpression): string {
  if (node.firstLine === 0) return "main";
  return node.name === undefined ? `anonymous$${String(node.firstLine)}` : toIdentifier(node.name);
}
