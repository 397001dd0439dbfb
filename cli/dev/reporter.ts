/** Shows the events of the development server on a terminal. */
import type { Writable } from "node:stream";
import type { CommandContext } from "../command.ts";
import { describeFailure } from "../errors.ts";
import { describeEvent } from "../eventLine.ts";
import { describeRequest } from "../requestLine.ts";
import { curlFor, type Route } from "../serving.ts";
import { styleFor, type Style } from "../style.ts";
import type { DevEvent, Emit } from "./events.ts";

export function createReporter(
  stdout: Writable,
  stderr: Writable,
  env: CommandContext["env"],
): Emit {
  const style = styleFor(stdout, env);
  const errorStyle = styleFor(stderr, env);
  const isDebugging = env["SPACER_DEBUG"] === "1";
  return (event) => {
    if (event.type === "broken") {
      const { message, hint, consequence } = event;
      const advice = hint === undefined ? "" : `  hint: ${hint}\n`;
      stderr.write(`${errorStyle.red(message)}\n${advice}  ${errorStyle.dim(consequence)}\n`);
    } else if (event.type === "bug") {
      stderr.write(describeFailure(event.thrown, isDebugging).text);
    } else if (event.type === "topic") {
      stdout.write(describeEvent(event.event, style, isDebugging));
    } else {
      stdout.write(describe(event, style));
    }
  };
}

type Reloaded = Extract<DevEvent, { type: "reloaded" }>;

function describe(
  event: Exclude<DevEvent, { type: "broken" | "bug" | "topic" }>,
  style: Style,
): string {
  switch (event.type) {
    case "listening":
      return greeting(event.url, event.routes, style);
    case "reloaded": {
      const time = style.dim(`(${event.durationMs.toFixed(0)} ms)`);
      const routes = event.routes === undefined ? "" : `${routeTable(event.routes, style)}\n`;
      const what = event.files.length === 0 ? "everything" : listFiles(event.files);
      return `${style.cyan("reloaded")} ${what} ${time}\n${describeFresh(event, style)}${routes}`;
    }
    case "notice":
      return `${event.message}\n`;
    case "request":
      return describeRequest(event.entry, style);
  }
}

/** Why modules lost their state that did not change. */
function describeFresh({ freshBecause }: Reloaded, style: Style): string {
  return freshBecause === undefined || freshBecause === ""
    ? ""
    : `  ${style.dim(`all modules are loaded anew, because ${freshBecause}`)}\n`;
}

/** How many files are named; a checkout may touch hundreds. */
const MAX_FILES_SHOWN = 5;

function listFiles(files: readonly string[]): string {
  const hiddenCount = files.length - MAX_FILES_SHOWN;
  if (hiddenCount <= 1) return files.join(", ");
  return `${files.slice(0, MAX_FILES_SHOWN).join(", ")} and ${String(hiddenCount)} others`;
}

function greeting(url: string, routes: readonly Route[], style: Style): string {
  const [route] = routes;
  const hint =
    route === undefined
      ? "There are no routes yet: app/gateway.lua lists them"
      : `Try it:  ${style.cyan(curlFor(route, url))}`;
  return `${style.bold("spacer")} is serving on ${style.bold(url)}

${routes.length === 0 ? "" : `${routeTable(routes, style)}\n`}${hint}
Every save in app/, lib/ and config/ counts at once. Ctrl-C stops.

`;
}

function routeTable(routes: readonly Route[], style: Style): string {
  const widthOf = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => text.length));
  const methodWidth = widthOf(routes.map(({ method }) => method));
  const pathWidth = widthOf(routes.map(({ path }) => path));
  return routes
    .map(({ method, path, functionName }) => {
      const target = style.dim(`-> ${functionName}`);
      return `  ${style.green(method.padEnd(methodWidth))}  ${path.padEnd(pathWidth)}  ${target}\n`;
    })
    .join("");
}
