/** The slowest calls, each with its spans along the time. */
import { html as markup, type Html } from "../../html.ts";
import { printable } from "../../printable.ts";
import type { SlowCall, SlowSpan } from "../analysis.ts";
import { durationText } from "../durationText.ts";

const ROW_HEIGHT = 18;
/** Where names end and bars begin, in parts of the width. */
const NAMES_WIDTH = 0.22;
const BARS_LEFT = 0.3;
const INDENT_PIXELS = 12;

export function slowestCalls(calls: readonly SlowCall[]): readonly Html[] {
  return calls.map(
    (call, index) => markup`<details${index === 0 ? " open" : ""}>
<summary><b>${durationText(call.durationMs)}</b> <span class="status ${call.status >= 400 ? "bad" : "good"}">${call.status}</span> <code>${printable(call.traceId)}</code> <time>${new Date(call.at * 1000).toISOString()}</time></summary>
${waterfall(call)}
</details>`,
  );
}

function waterfall({ spans }: SlowCall): Html {
  const wholeMs = Math.max(...spans.map(({ startMs, durationMs }) => startMs + durationMs), 1e-9);
  return markup`<svg class="waterfall" width="100%" height="${spans.length * ROW_HEIGHT}">${spans.map((span, row) => bar(span, row, wholeMs))}</svg>`;
}

function bar(span: SlowSpan, row: number, wholeMs: number): Html {
  const { name, depth, status, durationMs } = span;
  const top = row * ROW_HEIGHT;
  const scale = (timeMs: number) => (1 - BARS_LEFT) * Math.max(0, timeMs / wholeMs);
  const left = BARS_LEFT + scale(span.startMs);
  const label = `${printable(name)}: ${durationText(durationMs)}, from ${durationText(Math.max(0, span.startMs))} on`;
  return markup`<g class="${status >= 400 ? "bad" : "good"}"><title>${label}</title><svg x="0" y="${top}" width="${percent(NAMES_WIDTH)}" height="${ROW_HEIGHT}"><text x="${depth * INDENT_PIXELS}" y="13">${printable(name)}</text></svg><rect x="${percent(left)}" y="${top + 3}" width="${percent(Math.max(scale(durationMs), 0.001))}" height="${ROW_HEIGHT - 6}" rx="2"/><text class="time" x="${percent(BARS_LEFT - 0.01)}" y="${top + 13}" text-anchor="end">${durationText(durationMs)}</text></g>`;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(4)}%`;
}
