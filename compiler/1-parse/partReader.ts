import { CompilerBug } from "../compilerBug.ts";
import type { FunctionPlace, Leaf, Part, Place } from "./sourceNotes.ts";

/** Hands out what the recognizer has noted of the nodes, each once and in order. */
export class PartReader {
  private readonly parts: readonly Part[];
  private at = 0;

  constructor(parts: readonly Part[]) {
    this.parts = parts;
  }

  get isAtEnd(): boolean {
    return this.at === this.parts.length;
  }

  /** For who knows that it is a leaf. */
  leaf(): Leaf {
    return this.any() as Leaf;
  }

  /** The place of a node of this type. */
  place(type: Place["type"]): Place {
    const part = this.any();
    if (part.type !== type) throw outOfStep(type, part);
    return part;
  }

  function(): FunctionPlace {
    const part = this.any();
    if (part.type !== "FunctionExpression") throw outOfStep("FunctionExpression", part);
    return part;
  }

  any(): Part {
    const part = this.parts[this.at++];
    if (part === undefined)
      throw new CompilerBug("luaparse has met more nodes than the recognizer");
    return part;
  }
}

function outOfStep(type: string, { type: noted, span }: Part): CompilerBug {
  return new CompilerBug(
    `at ${String(span.start)}: ${type} for luaparse, ${noted} for the recognizer`,
  );
}
