import { CompilerBug } from "../../compilerBug.ts";
import { pushJumpBack, pushTrace } from "../accessible/traces.ts";
import type { StatementEmitter } from "../emitters.ts";

/** A labelled `break` or `continue`; block.ts has set out what is jumped to. */
export const emitGotoStatement: StatementEmitter<"GotoStatement"> = (node, context) => {
  const target = context.module.analysis.jumps.get(node);
  if (target === undefined) throw new CompilerBug("a goto that was not analyzed");
  const jumps = context.jumps.to(target.block, target.position);
  const jump = target.isForward ? jumps.forward : jumps.backward;
  pushTrace(node, context);
  if (!target.isForward) pushJumpBack(context);
  // Several gotos share the statements, but not their place in Lua.
  context.pushAll(jump.map((statement) => ({ ...statement })));
};
