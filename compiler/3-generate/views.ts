/**
 * Before a loop that indexes a variable and never assigns to it, emitted code looks once whether it holds a table. What
 * stands for the variable where its parts are read or overwritten is its *view*: the table, or one that has nothing.
 *
 *     $of_list = list !== undefined && list.fields !== undefined ? list : $NO_TABLE;
 *     $at_list = $of_list.array;
 *     for (i = 1; i <= $1; i += 1) {
 *       if (($2 = $at_list[i - 1]) === undefined && ($2 = ($at_list = $of_list.array)[i - 1]) === undefined && ($2 = $index(list, i)) === null) { ... }
 *
 * V8 tests the type of a value anew at each turn (measured on the benchmark `arrays`: a sixth of its time).
 * Helpers that do the work are given the variable itself: what has no table's parts is their business. Those that tell whether
 * emitted code may do it are given the view.
 *
 * Where its array part is, V8 would read anew at each turn, too, and look at its hidden class; before loops without calls
 * emitted code notes it (measured on the benchmark `arrays`: 0.91 of its time). What is stored, and metamethods, may replace the
 * array part. That leaves an empty one behind (core/table.ts, `replaceArray`), so that nothing is found in it, and emitted
 * code reads the new one when it finds nothing.
 */
import type * as ESTree from "estree";
import type { Loop } from "../2-analyze/index.ts";
import type { FunctionContext, Operand } from "./context.ts";
import {
  and,
  assignStatement,
  binary,
  conditional,
  identifier,
  isType,
  member,
  UNDEFINED,
  type JsExpression,
} from "./estree.ts";

/** The views that are known in the part of a function that is being emitted. */
export class Views {
  /** By the JavaScript name of the variable. */
  private known: Map<string, ESTree.Identifier> | undefined = undefined;
  /** Where the array parts are, likewise. */
  private arrays: Map<string, ESTree.Identifier> | undefined = undefined;
  /** Those that were declared, by their names, to be used again. */
  private declared: Map<string, ESTree.Identifier> | undefined = undefined;

  get(js: JsExpression): ESTree.Identifier | undefined {
    return js.type === "Identifier" ? this.known?.get(js.name) : undefined;
  }

  /** Where the array part of a table is, as far as is known. */
  arrayOf(js: JsExpression): ESTree.Identifier | undefined {
    return js.type === "Identifier" ? this.arrays?.get(js.name) : undefined;
  }

  /** Runs an emitter of a loop, which the views come before. */
  around(loop: Loop, context: FunctionContext, run: () => void): void {
    const found = hasViews(context) ? context.module.analysis.loopTables.get(loop) : undefined;
    if (found === undefined) {
      run();
      return;
    }
    const known = (this.known ??= new Map<string, ESTree.Identifier>());
    const arrays = (this.arrays ??= new Map<string, ESTree.Identifier>());
    for (const variable of found.tables) {
      const name = identifier(context.nameOf(variable));
      const view = this.declare("$of", name, context);
      const isTable = and(...hasPart(name, "fields"));
      context.push(assignStatement(view, conditional(isTable, name, context.helper("NO_TABLE"))));
      known.set(name.name, view);
    }
    for (const variable of found.lists) {
      const name = identifier(context.nameOf(variable));
      const array = this.declare("$at", name, context);
      context.push(assignStatement(array, member(known.get(name.name) ?? name, "array")));
      arrays.set(name.name, array);
    }
    run();
    for (const variable of found.tables) known.delete(context.nameOf(variable));
    for (const variable of found.lists) arrays.delete(context.nameOf(variable));
  }

  private declare(
    prefix: string,
    { name }: ESTree.Identifier,
    context: FunctionContext,
  ): ESTree.Identifier {
    const declared = (this.declared ??= new Map<string, ESTree.Identifier>());
    const wanted = `${prefix}_${name}`;
    let view = declared.get(wanted);
    if (view === undefined) {
      view = context.newLocal(wanted);
      declared.set(wanted, view);
    }
    return view;
  }
}

/** That a value is a table, or laid out like one: what is not has no such part (IndexExpression.ts). */
export function hasPart(value: JsExpression, name: "array" | "fields"): JsExpression[] {
  if (value.type === "Literal") return [isType(value, "object")];
  return [binary("!==", value, UNDEFINED), binary("!==", member(value, name), UNDEFINED)];
}

/** An expression that has the parts of a table, and whether nothing has to be tested before they are read. */
export function partsOf(
  base: Operand,
  context: FunctionContext,
): { readonly parts: JsExpression; readonly isTable: boolean } {
  const view = context.views.get(base.js);
  return { parts: view ?? base.js, isTable: view !== undefined || base.type === "table" };
}

/** Not where others may assign to variables, nor where it shows what still refers to a table. */
function hasViews({ access, leftovers, module }: FunctionContext): boolean {
  return access === undefined && leftovers === undefined && !module.isForDebugger;
}
