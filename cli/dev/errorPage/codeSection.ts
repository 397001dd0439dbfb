/** A code frame in HTML: the lines, numbered and in colours, with what is meant marked. */
import { fromBytes } from "../../bytes.ts";
import { codeFrame, type CodeFrame, type FrameLine, type Mark } from "../codeFrame.ts";
import type { ProjectFiles } from "../projectFiles.ts";
import { highlight, type Token } from "./highlight.ts";
import { html, type Html, type HtmlPart } from "../../html.ts";
import { placeLinks } from "./placeLinks.ts";

/** How many lines are shown before and after the one that is meant. */
const REACH = 6;

/** Longer lines are cut: a page is for reading. */
const MAX_CHARACTERS = 400;

/** With the name of the file above it; `undefined` when there is no such line. */
export function codeSection(mark: Mark, files: ProjectFiles): Html | undefined {
  const bytes = files.read(mark.file);
  const frame = bytes === undefined ? undefined : codeFrame(bytes, mark, REACH);
  if (bytes === undefined || frame === undefined) return undefined;
  return html`<figure class="code">
    <figcaption>${placeLinks(mark, files.root)}</figcaption>
    ${codeLines(frame, bytes)}
  </figure>`;
}

/** The table of lines alone. */
export function codeLines({ lines }: CodeFrame, bytes: string): Html {
  const tokens = tokensByLine(bytes);
  const rows = lines.map((line) => {
    const row = html`<span class="number">${line.number}</span
      ><span class="text">${paint(line, tokens(line))}</span>`;
    return html`<div class="${line.isMarked ? "line marked" : "line"}">${row}</div>`;
  });
  return html`<pre><code>${rows}</code></pre>`;
}

/** Tokens of the whole file, cut to a line: strings and comments may span several. */
function tokensByLine(bytes: string): (line: FrameLine) => readonly Token[] {
  const lines = fromBytes(bytes)
    .replaceAll("\t", "    ")
    .split(/\r\n|\n\r|\n|\r/);
  const tokens = highlight(lines.join("\n"));
  const starts = [0];
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length + 1);
  return ({ number, text }) => {
    // What is shown of a line with control characters is not what was read.
    if (lines[number - 1] !== text) return [];
    const from = starts[number - 1] ?? 0;
    return tokens
      .filter(({ start, end }) => start < from + text.length && end > from)
      .map(({ kind, start, end }) => ({
        kind,
        start: Math.max(0, start - from),
        end: Math.min(text.length, end - from),
      }));
  };
}

function paint({ text, underline }: FrameLine, tokens: readonly Token[]): HtmlPart {
  const end = Math.min(text.length, MAX_CHARACTERS);
  const cuts = new Set([0, end]);
  const edges = [...tokens, ...(underline === undefined ? [] : [underline])];
  for (const edge of edges) for (const at of [edge.start, edge.end]) if (at < end) cuts.add(at);
  const places = [...cuts].sort((left, right) => left - right);
  const parts: HtmlPart[] = places.slice(0, -1).map((start, index) => {
    const piece = text.slice(start, places[index + 1]);
    const kind = tokens.find((token) => token.start <= start && start < token.end)?.kind;
    const painted = kind === undefined ? piece : html`<i class="${kind}">${piece}</i>`;
    const isMeant = underline !== undefined && underline.start <= start && start < underline.end;
    return isMeant ? html`<u>${painted}</u>` : painted;
  });
  if (underline !== undefined && underline.start >= text.length) parts.push(html`<u> </u>`);
  return text.length > end ? [...parts, " …"] : parts;
}
