/**
 * Constants of the module whose parts are read in a loop: there the function reads them by a variable of its own.
 *
 *     let $pc, i = 0, $watch = $current, $in_print = $_print;
 *
 * V8 knows what a constant of an outer function is, and so what its parts are as long as nobody changes them: a global
 * that is never assigned, or that nothing is watched. In loops it finds that out too late. It takes the context that a
 * loop reads constants from for a variable of the loop, until it has looked at all that is in it, and by then has decided
 * to load their parts at each turn. (Measured in Node 20: 0.97 of the time of programs with loops, 0.7 of the benchmark `spectral`.)
 */
import type * as ESTree from "estree";
import type { FunctionContext } from "./context.ts";
import { identifier } from "./estree.ts";

export interface LoopConstant {
  /** The variable of the function. */
  readonly name: string;
  /** The constant of the module. */
  readonly value: ESTree.Identifier;
}

export class LoopConstants {
  private depth = 0;
  /** By the name of the constant. */
  private known: Map<string, LoopConstant> | undefined = undefined;

  /** Runs an emitter of a loop. */
  around(run: () => void): void {
    this.depth++;
    run();
    this.depth--;
  }

  /** What a part is read of. @param name The variable is called so. */
  get(value: ESTree.Identifier, name: string, context: FunctionContext): ESTree.Identifier {
    if (this.depth === 0 || context.access !== undefined || context.module.isForDebugger) {
      return value;
    }
    const known = (this.known ??= new Map<string, LoopConstant>());
    let constant = known.get(value.name);
    if (constant === undefined) {
      constant = { name: context.names.allocate(name), value };
      known.set(value.name, constant);
    }
    return identifier(constant.name);
  }

  /** All that are read. */
  get all(): readonly LoopConstant[] {
    return this.known === undefined ? [] : Array.from(this.known.values());
  }
}
