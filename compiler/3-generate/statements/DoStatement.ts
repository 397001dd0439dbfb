import type { StatementEmitter } from "../emitters.ts";
import { emitBlock } from "./block.ts";

/** Scopes are gone at this point: the statements of the block follow those before it. */
export const emitDoStatement: StatementEmitter<"DoStatement"> = (node, context) => {
  emitBlock(node.body, context);
};
