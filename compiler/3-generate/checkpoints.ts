/**
 * Checkpoints: where a function looks whether it may go on (runtime/core/budget.ts). Whatever can
 * run without end passes one again and again: each turn of a loop, and each entry to a function that
 * calls others.
 *
 *     if ($alarm[0] !== 0) $checkpoint();
 *     if ($alarm[0] !== 0 && $checkpoint() === $SUSP) { ... }      where tests may preempt it
 */
import type { FunctionContext } from "./context.ts";
import {
  and,
  binary,
  call,
  DROPPED,
  element,
  expressionStatement,
  ifStatement,
  literal,
} from "./estree.ts";

/** @param node Whose line an error is reported at. */
export function pushCheckpoint(
  node: { readonly line: number; readonly span: { readonly start: number } },
  context: FunctionContext,
): void {
  const { suspension } = context.module;
  if (suspension === "none") return;
  const isRaised = binary("!==", element(context.helper("alarm"), literal(0)), literal(0));
  const check = call(context.helper("checkpoint"));
  if (suspension === "normal") {
    context.pushSited(node, ifStatement(isRaised, expressionStatement(check)));
    return;
  }
  context.pushSuspending(node, DROPPED, (exit) =>
    ifStatement(and(isRaised, binary("===", check, context.helper("SUSP"))), exit),
  );
}
