/** The page of `spacer analyze`: one document that needs nothing else, and asks nobody for anything. */
import { Html, html as markup } from "../../html.ts";
import { pagePolicy } from "../../pagePolicy.ts";
import { printable } from "../../printable.ts";
import type { Analysis, GroupFigures } from "../analysis.ts";
import { durationText } from "../durationText.ts";
import { flameGraph } from "./flameGraph.ts";
import { SCRIPT } from "./script.ts";
import { slowestCalls } from "./slowest.ts";
import { STYLESHEET } from "./stylesheet.ts";

/** Of so many names the table tells; there may be thousands. */
const MAX_ROWS = 200;

/** @returns HTML. */
export function renderPage(analysis: Analysis): string {
  const { functionName, tree, groups, slowest, isCut } = analysis;
  const title = printable(functionName);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${pagePolicy(STYLESHEET, SCRIPT)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}: where its time goes</title>
<style>${new Html(STYLESHEET)}</style>
</head>
<body>
<h1>${title}</h1>
<p>${period(analysis)}</p>
<dl class="figures">${figures(analysis).map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<h2>Where the time of a call goes</h2>
${flameGraph(tree)}
<p id="detail">Mean times of a call. What is at the same time, or later, stands side by side. A click enlarges a frame; Escape shows all.</p>
${isCut ? markup`<p>Spans that lie very deep are left out.</p>` : undefined}
<h2>Functions</h2>
<table>
<thead><tr>${["name", "spans", "failed", "mean", "own", "p50", "p90", "p99", "max"].map((name) => markup`<th>${name}</th>`)}</tr></thead>
<tbody>${groups.slice(0, MAX_ROWS).map(row)}</tbody>
</table>
<h2>The slowest calls</h2>
${slowestCalls(slowest)}
<script>${new Html(SCRIPT)}</script>
</body>
</html>
`.text;
}

function period({ from, to, lineCount, malformedCount }: Analysis): string {
  const [first, last] = [from, to].map((time) => new Date(time * 1000).toISOString());
  const malformed = malformedCount === 0 ? "" : `, ${String(malformedCount)} of them malformed`;
  return `Calls from ${first ?? ""} to ${last ?? ""}, of a log with ${String(lineCount)} lines${malformed}`;
}

function figures({ callCount, traceCount, spanCount, tree }: Analysis): [string, string][] {
  return [
    ["calls", String(callCount)],
    ["traces", String(traceCount)],
    ["spans", String(spanCount)],
    ["failed", String(tree.errorCount)],
    ["mean", durationText(tree.meanMs)],
    ["p50", durationText(tree.p50Ms)],
    ["p90", durationText(tree.p90Ms)],
    ["p99", durationText(tree.p99Ms)],
    ["max", durationText(tree.maxMs)],
  ];
}

function row(group: GroupFigures): Html {
  const { name, count, errorCount, meanMs, ownMs, p50Ms, p90Ms, p99Ms, maxMs } = group;
  const times = [meanMs, ownMs, p50Ms, p90Ms, p99Ms, maxMs].map(durationText);
  const cells = [printable(name), String(count), String(errorCount), ...times];
  return markup`<tr>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`;
}
