/** The list of functions beside the code, each with what is known of it. */
import { html as markup, type Html } from "../../html.ts";
import { captureText } from "../captureText.ts";
import type { FunctionStatistics } from "../statistics.ts";
import { verdictDetails } from "../optimize/verdictText.ts";
import type { FunctionVerdict } from "../optimize/verdicts.ts";
import { verdictNote } from "./lineNotes.ts";

/** @param verdicts One for each function, or none at all. */
export function outline(
  functions: readonly FunctionStatistics[],
  verdicts: readonly FunctionVerdict[] | undefined,
): Html {
  const items = functions.map((described, index) => item(described, index, verdicts?.[index]));
  return markup`<ul>${items}</ul>`;
}

function item(
  described: FunctionStatistics,
  index: number,
  verdict: FunctionVerdict | undefined,
): Html {
  const { name, firstLine, exits, boxed } = described;
  const note = verdict === undefined ? undefined : verdictNote(verdict);
  const dot =
    note === undefined ? "" : markup`<span class="dot ${note.kind}" title="${note.text}"></span>`;
  const line = firstLine === 0 ? "" : markup`<span class="at">${firstLine}</span>`;
  const marks = [
    exits > 0
      ? markup`<span class="mark" title="${exits} exits"><b class="wait"></b>${exits}</span>`
      : "",
    boxed.length > 0
      ? markup`<span class="mark boxed" title="boxed variables">${boxed.length}</span>`
      : "",
  ];
  return markup`<li><button type="button" class="function" data-function="${index}" aria-expanded="false" aria-controls="facts-${index}">${dot}<span class="name">${name}</span>${marks}${line}</button><div class="facts" id="facts-${index}" hidden>${facts(described, verdict)}</div></li>`;
}

function facts(described: FunctionStatistics, verdict: FunctionVerdict | undefined): Html[] {
  const {
    sourceBytes,
    emittedBytes,
    resumeBytes,
    sites,
    exits,
    captures,
    boxed,
    helpers,
    globals,
  } = described;
  const verdicts =
    verdict === undefined
      ? []
      : [
          markup`<p class="${verdictNote(verdict).kind}">${verdictNote(verdict).text}</p>`,
          ...verdictDetails(verdict).map(
            ({ kind, text }) => markup`<p class="${kind}">${text}</p>`,
          ),
        ];
  return [
    ...verdicts,
    markup`<dl>
      <dt>Lua</dt><dd>${sourceBytes} bytes</dd>
      <dt>JavaScript</dt><dd>${emittedBytes} bytes, ${sites} sites</dd>
      <dt>exits</dt><dd>${exits === 0 ? "none: it can't wait" : `${String(exits)}, ${String(resumeBytes)} bytes to resume`}</dd>
      ${captures.length === 0 ? "" : markup`<dt>captures</dt><dd>${captureText(captures)}</dd>`}
      ${boxed.map(({ name, reassignedAt, capturedBy }) => markup`<dt>boxed</dt><dd><i class="boxed">${name}</i>: assigned to at ${reassignedAt.join(", ")}; captured by ${capturedBy.join(", ")}</dd>`)}
      ${helpers.length === 0 ? "" : markup`<dt>helpers</dt><dd>${helpers.join(", ")}</dd>`}
      ${globals.length === 0 ? "" : markup`<dt>globals</dt><dd>${globals.join(", ")}</dd>`}
    </dl>`,
  ];
}
