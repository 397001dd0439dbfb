/** The calls that led to an error, innermost first; each shows its line when it is opened. */
import type { ProjectFiles } from "../projectFiles.ts";
import type { TraceFrame } from "../traceback.ts";
import { codeSection } from "./codeSection.ts";
import { html, type Html } from "../../html.ts";

/** More are named but not shown: a stack overflow has many that are alike. */
const MAX_OPENABLE = 30;

export function tracebackSection(
  frames: readonly TraceFrame[],
  files: ProjectFiles,
): Html | undefined {
  // Of builtins alone there is nothing to see.
  if (frames.every(({ place }) => place === undefined)) return undefined;
  const rows = frames.map((frame, index) => html`<li>${row(frame, index, files)}</li>`);
  return html`<section>
    <h2>Traceback</h2>
    <ol class="traceback">
      ${rows}
    </ol>
  </section>`;
}

function row({ what, place }: TraceFrame, index: number, files: ProjectFiles): Html {
  if (place === undefined) return html`<div class="builtin">${what} <small>built in</small></div>`;
  const title = html`<span class="place">${place.file}:${place.line}</span> ${what}`;
  const code = index < MAX_OPENABLE ? codeSection(place, files) : undefined;
  if (code === undefined) return html`<div class="builtin">${title}</div>`;
  return html`<details>
    <summary>${title}</summary>
    ${code}
  </details>`;
}
