/** The Lua side of the page. */
import { html as markup, type Html } from "../../html.ts";
import { fromBytes } from "../../bytes.ts";
import type { InspectedModule } from "../openModule.ts";
import { luaTokens, type TokenKind } from "../../codeTokens.ts";
import type { LineNotes } from "./lineNotes.ts";
import { visibleText } from "./visibleText.ts";
import { isMetamethod, MAX_INDENT, waitMark } from "./marks.ts";

/** As `SourceText` has them. */
const LINE_BREAK = /\r\n|\n\r|\n|\r/;

interface Piece {
  readonly kind: TokenKind | "boxed";
  /** Of bytes. */
  readonly text: string;
}

/** @param linked The Lua lines that some emitted line stems from. */
export function luaPane(
  { source, output, description }: InspectedModule,
  linked: ReadonlySet<number>,
  notes: LineNotes,
): Html[] {
  const waits = new Map<number, Html>();
  for (const { pc, line, callee } of output.sites) {
    // A call counts for more than what is on the same line beside it.
    if (pc !== undefined && (!waits.has(line) || !isMetamethod(callee))) {
      waits.set(line, waitMark(callee));
    }
  }
  const boxed = new Set(
    description.functions.flatMap((described) =>
      described.boxed.flatMap(({ places }) => places.map(({ start }) => start)),
    ),
  );
  return lineRows(luaLines(source.text, boxed), { linked, waits, notes });
}

interface LineFacts {
  readonly linked: ReadonlySet<number>;
  /** The marks where something may wait. */
  readonly waits: ReadonlyMap<number, Html>;
  readonly notes: LineNotes;
}

function lineRows(lines: readonly (readonly Piece[])[], facts: LineFacts): Html[] {
  const { linked, waits, notes } = facts;
  return lines.map((pieces, index) => {
    const line = index + 1;
    const text = pieces.map(({ kind, text }) => {
      const shown = visibleText(fromBytes(text));
      return kind === "plain" ? shown : markup`<i class="${kind}">${shown}</i>`;
    });
    const beside = (notes.get(line) ?? []).map(
      ({ kind, text, details }) =>
        markup`<span class="note ${kind}" title="${details ?? ""}">${text}</span>`,
    );
    const state = linked.has(line) ? "line" : "line idle";
    const indent = indentOf(pieces.map(({ text }) => text).join(""));
    return markup`<div class="${state} hang-${indent}" role="option" id="lua-${line}" data-line="${line}"><span class="number">${line}</span>${waits.get(line)}<span class="text">${text}</span>${beside}</div>`;
  });
}

/** In columns; a tab is as wide as the page shows it. */
function indentOf(text: string): number {
  const space = /^[ \t]*/.exec(text)?.[0] ?? "";
  return Math.min(space.replaceAll("\t", "    ").length, MAX_INDENT);
}

/** @param boxed Where names of boxed variables begin. */
function luaLines(text: string, boxed: ReadonlySet<number>): Piece[][] {
  const lines: Piece[][] = [[]];
  let offset = 0;
  for (const token of luaTokens(text)) {
    const kind = boxed.has(offset) ? "boxed" : token.kind;
    offset += token.text.length;
    token.text.split(LINE_BREAK).forEach((piece, index) => {
      if (index > 0) lines.push([]);
      if (piece !== "") lines.at(-1)?.push({ kind, text: piece });
    });
  }
  return lines;
}
