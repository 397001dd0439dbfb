/** The routes of a project, for somebody who missed them all. */
import { GATEWAY_FILE } from "../../projectRoot.ts";
import type { Route } from "../../serving.ts";
import { closest } from "../../suggestion.ts";
import { html, type Html } from "../../html.ts";

export function routesSection(routes: readonly Route[]): Html {
  const rows = routes.map(
    (route) =>
      html`<tr>
        <th class="method">${route.method}</th>
        <td>${linkTo(route)}</td>
        <td class="function">${route.functionName}</td>
      </tr>`,
  );
  const list = html`<table class="routes">
    ${rows}
  </table>`;
  return html`<section>
    <h2>Routes of ${GATEWAY_FILE}</h2>
    ${routes.length === 0 ? html`<p>There are none.</p>` : list}
  </section>`;
}

/** @param path As it was sent. */
export function routeHint(
  method: string,
  path: string,
  routes: readonly Route[],
): string | undefined {
  const others = routes.filter((route) => route.path === path).map((route) => route.method);
  if (others.length > 0) return `${path} answers ${others.join(", ")}, not ${method}`;
  const paths = routes.map((route) => route.path);
  const similar = closest(path, paths);
  return similar === undefined
    ? `add a row to ${GATEWAY_FILE}: {"${method}", "${path}", "function name"}`
    : `did you mean ${similar}?`;
}

/** Only what a browser can call by itself is a link. */
function linkTo({ method, path }: Route): Html {
  const isCallable = (method === "GET" || method === "ANY") && !/[:*]/.test(path);
  const href = encodeURI(path.replace(/^\/*/, "/"));
  return isCallable ? html`<a href="${href}">${path}</a>` : html`${path}`;
}
