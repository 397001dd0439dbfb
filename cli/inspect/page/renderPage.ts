/** The page of `spacer inspect --markup`: one document that needs nothing else, and asks nobody for anything. */
import { Html, html as markup } from "../../html.ts";
import { pagePolicy } from "../../pagePolicy.ts";
import { readMarkedLines } from "../emittedLines.ts";
import type { InspectedModule } from "../openModule.ts";
import type { OptimizationReport } from "../optimize/optimize.ts";
import { headLine } from "../optimize/verdictText.ts";
import { statisticsOf, type Statistics } from "../statistics.ts";
import { codePane } from "./codePane.ts";
import { lineNotes } from "./lineNotes.ts";
import { luaPane } from "./luaPane.ts";
import { outline } from "./outline.ts";
import { SCRIPT } from "./script.ts";
import { STYLESHEET } from "./stylesheet.ts";
import { visibleText } from "./visibleText.ts";

export interface PageOptions {
  /** The index of the function to begin with. */
  readonly selected: number | undefined;
  readonly report: OptimizationReport | undefined;
}

/** @returns HTML. */
export function renderPage(module: InspectedModule, { selected, report }: PageOptions): string {
  const { description } = module;
  const { functions } = description;
  const marked = description.marked();
  const statistics = statisticsOf(module, functions);
  const linked = new Set(readMarkedLines(marked).map(({ line }) => line));
  const hasResume = functions.some(({ exits }) => exits > 0);
  const title = visibleText(module.file);
  const listbox = (id: string, label: string, lines: readonly Html[], isHidden = false): Html =>
    markup`<div class="lines" id="${id}" role="listbox" tabindex="0" aria-label="${label}"${isHidden ? " hidden" : ""}>${lines}</div>`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${pagePolicy(STYLESHEET, SCRIPT)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}: Lua and JavaScript</title>
<style>${new Html(STYLESHEET)}</style>
</head>
<body data-selected="${selected ?? ""}">
<header>
<h1>${title}</h1>
<p>${summary(statistics)}${report === undefined ? "" : markup`<br>${headLine(report)}`}</p>
<p class="legend"><span><b class="wait"></b> a call, which may wait</span><span><b class="wait maybe"></b> only if a metamethod does</span><span><i class="boxed">name</i> lives in a box</span><span class="keys">${keys("↑", "↓")} move, ${keys("Enter")} shows the other side, ${keys("←", "→")} change sides</span></p>
${problem(report)}
</header>
<main>
<nav aria-label="Functions"><h2>Functions</h2>${outline(statistics.functions, report?.functions)}</nav>
<section class="pane"><div class="bar"><h2>Lua</h2></div>${listbox("lua", "Lua source", luaPane(module, linked, lineNotes(report?.functions ?? [])))}</section>
<section class="pane"><div class="bar" role="tablist" aria-label="Which JavaScript">
<button type="button" role="tab" id="code-tab" aria-controls="code" aria-selected="true">JavaScript</button>
<button type="button" role="tab" id="resume-tab" aria-controls="resume" aria-selected="false" tabindex="-1"${hasResume ? "" : " disabled"}>Resume part</button>
</div>${listbox("code", "JavaScript", codePane("code", marked))}${listbox("resume", "JavaScript that resumes after a wait", hasResume ? codePane("resume", description.markedResume()) : [], true)}</section>
</main>
<script>${new Html(SCRIPT)}</script>
</body>
</html>
`.text;
}

function keys(...names: readonly string[]): Html[] {
  return names.map((name, index) => markup`${index === 0 ? "" : " "}<kbd>${name}</kbd>`);
}

function summary({
  module: { sourceBytes, emittedBytes, ratio, resumeBytes },
  functions,
}: Statistics): string {
  const count = `${String(functions.length)} ${functions.length === 1 ? "function" : "functions"}`;
  return `${count} · ${kilobytes(sourceBytes)} of Lua · ${kilobytes(emittedBytes)} of JavaScript (${ratio.toFixed(1)} times) · ${kilobytes(resumeBytes)} to resume`;
}

function kilobytes(bytes: number): string {
  return bytes < 1000 ? `${String(bytes)} bytes` : `${(bytes / 1000).toFixed(1)} kB`;
}

function problem(report: OptimizationReport | undefined): Html | undefined {
  if (report?.end.kind === "error") {
    return markup`<pre class="problem">The run ended by an error:
${visibleLines(report.end.text)}</pre>`;
  }
  if (report === undefined || report.unknown.length === 0) return undefined;
  return markup`<p class="problem">Not determined: ${report.unknown.join("; ")}</p>`;
}

function visibleLines(text: string): string {
  return text.split("\n").map(visibleText).join("\n");
}
