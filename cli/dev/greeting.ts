/** What the development server says first: where it is, what it serves, and how to call it. */
import type { ProjectConfig } from "../config.ts";
import { paintMethod } from "../requestLine.ts";
import { curlFor, type Route } from "../serving.ts";
import type { Style } from "../style.ts";
import { KEY_HELP } from "./keys.ts";

export interface Greeting {
  readonly url: string;
  readonly routes: readonly Route[];
  readonly config: ProjectConfig;
  /** Whether keys do something. */
  readonly hasKeys: boolean;
}

export function greeting({ url, routes, config, hasKeys }: Greeting, style: Style): string {
  const [route] = routes;
  const hint =
    route === undefined
      ? "There are no routes yet: app/gateway.lua lists them"
      : `Try it:  ${style.cyan(curlFor(route, url))}`;
  const blocks = [routeTable(routes, style), topicSummary(config, style)]
    .filter((block) => block !== "")
    .map((block) => `${block}\n`)
    .join("");
  const keys = hasKeys ? `${style.dim(KEY_HELP)}\n` : "";
  return `${style.bold("spacer")} is serving on ${style.bold(url)}

${blocks}${hint}
Every save in app/, lib/ and config/ counts at once. Ctrl-C stops.
${keys}
`;
}

export function routeTable(routes: readonly Route[], style: Style): string {
  const methodWidth = widthOf(routes.map(({ method }) => method));
  const pathWidth = widthOf(routes.map(({ path }) => path));
  return routes
    .map(({ method, path, functionName }) => {
      const space = " ".repeat(methodWidth - method.length);
      const target = style.dim(`-> ${functionName}`);
      return `  ${paintMethod(method, style)}${space}  ${path.padEnd(pathWidth)}  ${target}\n`;
    })
    .join("");
}

/** The topics with the functions that handle their events, and the schedules. */
function topicSummary({ topics, events, schedules }: ProjectConfig, style: Style): string {
  const width = widthOf([...topics.map(({ name }) => name), ...schedules.map(({ cron }) => cron)]);
  const row = (kind: string, name: string, target: string) =>
    `  ${style.magenta(kind)}  ${name.padEnd(width)}${target === "" ? "" : `  ${style.dim(`-> ${target}`)}`}\n`;
  const handlers = (topic: string) =>
    (events.get(topic)?.APPEND ?? []).map(({ run }) => run).join(", ");
  return [
    ...topics.map(({ name }) => row("topic   ", name, handlers(name))),
    ...schedules.map(({ cron, topic }) => row("schedule", cron, topic)),
  ]
    .map((line) => line.replace(/ +\n/, "\n"))
    .join("");
}

function widthOf(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}
