import type { StatementEmitter } from "../emitters.ts";

/** Labels are laid out by the block that has them (block.ts). */
export const emitLabelStatement: StatementEmitter<"LabelStatement"> = () => undefined;
