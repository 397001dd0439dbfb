/** The name of a place in a file, with ways to get there. */
import { join } from "node:path";
import type { Mark } from "../codeFrame.ts";
import { html, type Html } from "../../html.ts";

/** The link is for VS Code and what descends from it; the path is for every other editor. */
export function placeLinks(mark: Mark, root: string): Html {
  const path = join(root, mark.file);
  const line = String(mark.line);
  const url = `vscode://file${toUrlPath(path)}:${line}${mark.span === undefined ? "" : `:${String(mark.span.column + 1)}`}`;
  return html`<span class="place">${mark.file}:${line}</span>
    <span class="links">
      <a href="${url}" title="${path}:${line}">open in editor</a>
      <button type="button" data-copy="${path}:${line}">copy path</button>
    </span>`;
}

/** Windows has no slash in front of its drives. */
function toUrlPath(path: string): string {
  const slashed = path.replaceAll("\\", "/");
  const parts = slashed.split("/").map(encodeURIComponent);
  return `${slashed.startsWith("/") ? "" : "/"}${parts.join("/").replaceAll("%3A", ":")}`;
}
