/** The nodes that emitted code consists of: those of ESTree, and some of our own (estree/nodes.ts). */
export * from "./estree/expressions.ts";
export type * from "./estree/nodes.ts";
export * from "./estree/statements.ts";
