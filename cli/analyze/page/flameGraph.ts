/** The flame graph, as SVG: it scales with the page, and its labels are cut where their frames end. */
import { html as markup, type Html } from "../../html.ts";
import { printable } from "../../printable.ts";
import type { NodeFigures } from "../analysis.ts";
import { durationText } from "../durationText.ts";
import { layOut } from "./flameLayout.ts";

const ROW_HEIGHT = 22;
const COLOURS = 8;

export function flameGraph(root: NodeFigures): Html {
  const frames = layOut(root);
  const rows = Math.max(...frames.map(({ depth }) => depth)) + 1;
  const shapes = frames.map(({ node, path, depth, left, width }) => {
    const name = printable(node.name);
    const top = depth * ROW_HEIGHT;
    const hue = node.errorCount > 0 ? "failed" : `hue-${String(hueOf(node.name))}`;
    return markup`<svg class="frame ${hue}" role="button" tabindex="0" x="${percent(left)}" y="${top}" width="${percent(width)}" height="${ROW_HEIGHT - 1}" data-left="${left}" data-width="${width}" data-depth="${depth}" aria-label="${printable(path.join(" → "))}: ${describe(node)}"><title>${printable(path.join(" → "))}
${describe(node)}</title><rect width="100%" height="100%"/><text x="5" y="15">${name} <tspan>${durationText(node.meanMs * node.perCall)}</tspan></text></svg>`;
  });
  return markup`<svg id="flame" width="100%" height="${rows * ROW_HEIGHT}" role="group" aria-label="Flame graph">${shapes}</svg>`;
}

function describe(node: NodeFigures): string {
  const { count, perCall, errorCount, meanMs, ownMs, p50Ms, p90Ms, p99Ms, maxMs } = node;
  const often = Number(perCall.toFixed(2));
  const errors = errorCount === 0 ? "" : `, ${String(errorCount)} failed`;
  return (
    `${String(count)} spans${errors}, ${String(often)} in a call; mean ${durationText(meanMs)}, own ${durationText(ownMs)}; ` +
    `p50 ${durationText(p50Ms)}, p90 ${durationText(p90Ms)}, p99 ${durationText(p99Ms)}, at most ${durationText(maxMs)}`
  );
}

function percent(part: number): string {
  return `${(part * 100).toFixed(4)}%`;
}

/** The same for a name wherever it is. */
function hueOf(name: string): number {
  let hash = 0;
  for (let place = 0; place < name.length; place++)
    hash = (hash * 31 + name.charCodeAt(place)) >>> 0;
  return hash % COLOURS;
}
