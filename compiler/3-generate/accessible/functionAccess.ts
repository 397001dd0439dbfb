/**
 * Accessible code: functions whose variables can be read and written from outside, and which tell hooks what
 * they do, for the debug library (docs/decisions/debug-access.md). Emitters make the code that they always make; then the
 * variables are moved out of it, so that others reach them (moveVariables.ts):
 *
 *     var $make3 = ($env, $up) => function name(a) {
 *       const $L = [a], $a = $activate($env, $L);
 *       try { $body: { ... $L[1] = $up[0].v; ... } return ...; } finally { $deactivate($a); }
 *     };
 *
 * - Local variables are elements of an array `$L`, one for each activation, in slots of their own.
 * - Captured ones are boxes, in `$L` of their owner and in `$up` of the functions that capture them.
 * - `$a` is the activation: what `debug.getlocal` and hooks get to see (runtime/core/activation.ts).
 * - Where LuaJIT has an instruction there is a check for hooks (traces.ts).
 *
 * An instance of this class is what one such function has beside its context.
 */
import type { Name, Span, Statement } from "../../ast.ts";
import { element, identifier, literal, type JsExpression, type JsStatement } from "../estree.ts";
import type { Site, Temporary } from "../site.ts";
import type { TracePlace } from "./traces.ts";

/** A variable of a `for` loop that has no name in the source, `(for index)` and the like. */
export interface HiddenVariable {
  readonly luaName: string;
  readonly slot: number;
  /** Where it is known. */
  readonly range: Span;
  /** The first variable of the loop: hidden ones come before it. */
  readonly before: Name;
}

export const LOCALS = identifier("$L");
export const UPVALUES = identifier("$up");
export const ACTIVATION = identifier("$a");

export class FunctionAccess {
  /** Lines that have instructions. */
  readonly lines = new Set<number>();
  readonly hidden: HiddenVariable[] = [];
  /** The check that was emitted last. */
  latest: { readonly line: number; readonly statement: JsStatement } | undefined = undefined;
  /** By the `if` that a block ends in: where the jump is that follows it (traces.ts). */
  readonly ends = new Map<Statement, TracePlace>();
  /** Whether emitters make no checks: their statements are none of LuaJIT's instructions. */
  isQuiet = false;
  /** Operands of the statement that are evaluated, and wait for what is evaluated now. */
  private pending: readonly JsExpression[] = [];
  private readonly slots = new Map<string, number>();
  private readonly upvalues: ReadonlyMap<string, number>;

  /** @param captures JavaScript names of the captured variables, in the order of upvalues. */
  constructor(captures: readonly string[]) {
    this.upvalues = new Map(captures.map((name, index) => [name, index]));
  }

  /** Gives a variable its slot. @param name The JavaScript name. */
  declare(name: string): number {
    let slot = this.slots.get(name);
    if (slot === undefined) this.slots.set(name, (slot = this.slots.size));
    return slot;
  }

  /** Runs an emitter; what it says to be pending is so up to its end. */
  whilePending<Result>(run: () => Result): Result {
    const { pending } = this;
    const result = run();
    this.pending = pending;
    return result;
  }

  /** An operand is evaluated, and kept for later. */
  keepPending(...operands: readonly JsExpression[]): void {
    this.pending = [...this.pending, ...operands];
  }

  /** For the site of what is evaluated now. */
  temporaries(): Pick<Site, "temporaries"> {
    return this.pending.length === 0
      ? {}
      : { temporaries: this.pending.map((operand) => this.temporaryOf(operand)) };
  }

  private temporaryOf(operand: JsExpression): Temporary {
    if (operand.type === "Identifier") {
      const slot = this.slots.get(operand.name);
      return slot === undefined ? {} : { slot };
    }
    const value = operand.type === "Literal" ? operand.value : undefined;
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? { value }
      : {};
  }

  /** `undefined` for a variable that was never declared. */
  slotOf(name: string): number | undefined {
    return this.slots.get(name);
  }

  /** What stands for a variable of the function; `undefined` for what stays as it is. */
  replacement(name: string): JsExpression | undefined {
    const slot = this.slots.get(name);
    if (slot !== undefined) return element(LOCALS, literal(slot));
    const index = this.upvalues.get(name);
    return index === undefined ? undefined : element(UPVALUES, literal(index));
  }
}
