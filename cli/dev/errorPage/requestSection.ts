/** The request that ran into an error. */
import type { ErrorReport } from "../../../runtime/gateway/index.ts";
import { fromBytes } from "../../bytes.ts";
import { html, type Html, type HtmlPart } from "../../html.ts";

/** Longer values are cut. */
const MAX_CHARACTERS = 10_000;

export function requestSection({ request, traceId }: ErrorReport): Html {
  const { method, target, headers, args, body } = request;
  const rows = headers.map(
    ([name, value]) =>
      html`<tr>
        <th>${name}</th>
        <td>${isSecret(name) ? html`<span class="hidden">hidden</span>` : cut(value)}</td>
      </tr>`,
  );
  return html`<section>
    <h2>Request</h2>
    <table>
      <tr>
        <th>${method}</th>
        <td>${cut(target)}</td>
      </tr>
      <tr>
        <th>trace</th>
        <td>${traceId}</td>
      </tr>
    </table>
    ${args === undefined ? undefined : block("args", pretty(fromBytes(args)), true)}
    ${body === "" ? undefined : block("body", fromBytes(body), args === undefined)}
    <details>
      <summary>${headers.length} headers</summary>
      <table>
        ${rows}
      </table>
    </details>
  </section>`;
}

function block(name: string, text: string, isOpen: boolean): HtmlPart {
  const content = html`<summary>${name}</summary>
    <pre class="value">${cut(text)}</pre>`;
  return isOpen ? html`<details open>${content}</details>` : html`<details>${content}</details>`;
}

/** Pages end up in screenshots. */
function isSecret(headerName: string): boolean {
  return /auth|cookie|token|secret|password|credential|api-?key|session|signature/.test(headerName);
}

function pretty(json: string): string {
  // Most of it is cut anyway.
  if (json.length > 10 * MAX_CHARACTERS) return json;
  try {
    return JSON.stringify(JSON.parse(json), undefined, 2);
  } catch {
    return json;
  }
}

function cut(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  const hidden = text.length - MAX_CHARACTERS;
  return `${text.slice(0, MAX_CHARACTERS)}… (${String(hidden)} more characters)`;
}
