/** The error page: one document that needs nothing else. */
import { randomBytes } from "node:crypto";
import type { ErrorReport } from "../../../runtime/gateway/index.ts";
import { fromBytes } from "../../bytes.ts";
import type { Route } from "../../serving.ts";
import { CHANGES_PATH } from "../changeFeed.ts";
import type { ProjectFiles } from "../projectFiles.ts";
import { codeSection } from "./codeSection.ts";
import { contentOf } from "./content.ts";
import { Html, html } from "../../html.ts";
import { requestSection } from "./requestSection.ts";
import { routesSection } from "./routesSection.ts";
import { SCRIPT } from "./script.ts";
import { STYLESHEET } from "./stylesheet.ts";
import { tracebackSection } from "./tracebackSection.ts";

export interface ErrorPageOptions {
  readonly files: ProjectFiles;
  readonly routes: readonly Route[];
  /** Names this run of the server. */
  readonly serverId: string;
}

/** @returns HTML. */
export function renderErrorPage(report: ErrorReport, options: ErrorPageOptions): string {
  const { files, routes, serverId } = options;
  const { status, request, functionName, startedMs } = report;
  const content = contentOf(report, routes, files);
  const { heading, explanation, hint, mark, frames = [] } = content;
  // Whatever else a hostile text brings about: no script but ours runs, and nothing is loaded.
  const nonce = randomBytes(16).toString("base64");
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="data:," />
        <title>${status} ${firstLine(heading)}</title>
        <style nonce="${nonce}">
          ${new Html(STYLESHEET)}
        </style>
      </head>
      <body
        data-feed="${CHANGES_PATH}"
        data-server="${serverId}"
        data-started="${startedMs}"
        data-method="${request.method}"
      >
        <main>
          <div class="top">
            <span class="status">${status}</span>
            <code>${request.method} ${firstPart(request.target)}</code>${
              functionName === undefined || content.explanation !== undefined
                ? undefined
                : html` <code>${fromBytes(functionName)}</code>`
            }
          </div>
          <h1>${heading}</h1>
          ${explanation === undefined ? undefined : html`<p>${explanation}</p>`}
          ${hint === undefined ? undefined : html`<p class="hint"><b>Hint</b> ${hint}</p>`}
          ${mark === undefined ? undefined : codeSection(mark, files)}
          ${tracebackSection(frames, files)}
          ${content.showsRoutes === true ? routesSection(routes) : undefined}
          ${requestSection(report)}
          <footer>
            <span id="state">not connected</span>
            <button type="button" id="again" hidden>send the request again</button>
          </footer>
        </main>
        <script nonce="${nonce}">
          ${new Html(SCRIPT)};
        </script>
      </body>
    </html> `.text;
}

function firstLine(text: string): string {
  return text.replace(/\n.*/s, "").slice(0, 200);
}

function firstPart(target: string): string {
  return target.length <= 200 ? target : `${target.slice(0, 200)}…`;
}
