import type * as ESTree from "estree";
import type { FunctionContext } from "./context.ts";

/** An emitter's choice of where to put a value: the wanted place, else a temporary. */
export class Destination {
  private readonly context: FunctionContext;
  private readonly target: ESTree.Identifier | undefined;
  private readonly reserved: number;

  /** To be made before the operands are emitted, so that it is none of their temporaries. */
  constructor(context: FunctionContext, target: ESTree.Identifier | undefined) {
    this.context = context;
    this.target = target;
    this.reserved = target === undefined ? context.reserveTemporary() : 0;
  }

  get place(): ESTree.Identifier {
    return this.target ?? this.context.useTemporary(this.reserved);
  }
}
