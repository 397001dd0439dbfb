import type { Name, Span } from "../ast.ts";
import type { SourceText } from "../source.ts";
import type { lua } from "./fromLuaparse.ts";
import { spanOf } from "./luaparseTree.ts";
import { GOTO_STAND_IN, type SourceNotes } from "./sourceNotes.ts";

/** What the converting functions share: the source, and what was noted down about it. */
export class Conversion {
  readonly source: SourceText;
  readonly notes: SourceNotes;

  constructor(source: SourceText, notes: SourceNotes) {
    this.source = source;
    this.notes = notes;
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
