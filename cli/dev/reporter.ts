/** Shows the events of the development server on a terminal. */
import type { Writable } from "node:stream";
import type { CommandContext } from "../command.ts";
import { describeFailure } from "../errors.ts";
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
  return (event) => {
    if (event.type === "broken") {
      const { message, hint, consequence } = event;
      const advice = hint === undefined ? "" : `  hint: ${hint}\n`;
      stderr.write(`${errorStyle.red(message)}\n${advice}  ${errorStyle.dim(consequence)}\n`);
    } else if (event.type === "bug") {
      stderr.write(describeFailure(event.thrown, env["SPACER_DEBUG"] === "1").text);
    } else {
      stdout.write(describe(event, style));
    }
  };
}

function describe(event: Exclude<DevEvent, { type: "broken" | "bug" }>, style: Style): string {
  switch (event.type) {
    case "listening":
      return greeting(event.url, event.routes, style);
    case "reloaded": {
      const time = style.dim(`(${event.durationMs.toFixed(0)} ms)`);
      const routes = event.routes === undefined ? "" : `${routeTable(event.routes, style)}\n`;
      return `${style.cyan("reloaded")} ${event.files.join(", ")} ${time}\n${routes}`;
    }
    case "notice":
      return `${event.message}\n`;
    case "request":
      return describeRequest(event.entry, style);
  }
}

function greeting(url: string, routes: readonly Route[], style: Style): string {
  const [route] = routes;
  const hint =
    route === undefined
      ? "There are no routes yet: add one to app/gateway.lua"
      : `Try it:  ${style.cyan(curlFor(route, url))}`;
  return `${style.bold("spacer")} is serving on ${style.bold(url)}

${routeTable(routes, style)}
${hint}
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
