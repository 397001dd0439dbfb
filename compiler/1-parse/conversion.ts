import type { Name, Span } from "../ast.ts";
import type { SourceText } from "../source.ts";
import type { lua } from "./fromLuaparse.ts";
import type { ParseOptions } from "./index.ts";
import { spanOf } from "./luaparseTree.ts";
import { GOTO_STAND_IN, type SourceNotes } from "./sourceNotes.ts";

/** What the converting functions share: the source, and what was noted down about it. */
export class Conversion {
  readonly source: SourceText;
  readonly notes: SourceNotes;
  /** Whether the source is one of PUC Lua 5.1. */
  readonly isPuc51: boolean;
  /** Whether functions of 5.1 have a variable `arg` even if nothing names it. */
  readonly keepsArg: boolean;
  /** Whether the function being converted has used `...` so far. */
  usesVararg = false;
  /** Whether a variable named `arg` has been used so far, also in functions nested in this one. */
  usesArg = false;

  constructor(
    source: SourceText,
    notes: SourceNotes,
    { isPuc51 = false, keepsArg = false }: Pick<ParseOptions, "isPuc51" | "keepsArg">,
  ) {
    this.source = source;
    this.notes = notes;
    this.isPuc51 = isPuc51;
    this.keepsArg = keepsArg;
  }

  /** Runs a conversion and says what was used in it, which is noted down anew. */
  usesOf<Result>(convert: () => Result): { result: Result; usesVararg: boolean; usesArg: boolean } {
    this.usesVararg = this.usesArg = false;
    const result = convert();
    return { result, usesVararg: this.usesVararg, usesArg: this.usesArg };
  }

  nameText(node: lua.Identifier): string {
    if (node.name !== GOTO_STAND_IN) return node.name;
    const { start, end } = spanOf(node);
    return this.source.text.slice(start, end);
  }

  /** A name that declares a variable. */
  name(node: lua.Identifier): Name {
    const span = spanOf(node);
    return { type: "Name", span, line: this.lineOfEnd(span), name: this.nameText(node) };
  }

  lineOfStart(span: Span): number {
    return this.source.lineAt(span.start);
  }

  lineOfEnd(span: Span): number {
    return this.source.lineAt(span.end - 1);
  }

  /** The line LuaJIT reports errors of a call, an index or the use of a global at. */
  errorLine(span: Span): number {
    return this.notes.expressionLines.get(span.end) ?? this.lineOfEnd(span);
  }
}
