/** What an error page says, by what went wrong. */
import type { ErrorReport } from "../../../runtime/gateway/index.ts";
import { fromBytes, toBytes } from "../../bytes.ts";
import { GATEWAY_FILE } from "../../projectRoot.ts";
import type { Route } from "../../serving.ts";
import type { Mark } from "../codeFrame.ts";
import { findGatewayRows, type GatewayRow } from "../gatewayRows.ts";
import { GATEWAY_PROBLEM } from "../gatewayProblem.ts";
import { explainFailure, explainText } from "../problem.ts";
import type { ProjectFiles } from "../projectFiles.ts";
import type { TraceFrame } from "../traceback.ts";
import { routeHint } from "./routesSection.ts";

export interface Content {
  readonly heading: string;
  /** What that means, where the heading does not say it. */
  readonly explanation?: string | undefined;
  readonly hint?: string | undefined;
  readonly mark?: Mark | undefined;
  readonly frames?: readonly TraceFrame[];
  /** Whether the list of routes helps. */
  readonly showsRoutes?: boolean;
}

export function contentOf(
  report: ErrorReport,
  routes: readonly Route[],
  files: ProjectFiles,
): Content {
  const { status, functionName, failure } = report;
  if (functionName === GATEWAY_PROBLEM && failure !== undefined) {
    return gatewayContent(fromBytes(failure.text), files);
  }
  if (status === 404 && functionName === undefined) return noRoute(report, routes);
  if (failure === undefined) return refusal(report);
  if (status === 404) return noFunction(failure.text, fromBytes(functionName ?? ""), files);
  const { message, hint, mark, frames } = explainFailure(failure, functionName, files);
  return { heading: withoutPlace(message, mark), hint, mark, frames };
}

/** There never was a gateway file that worked. */
function gatewayContent(text: string, files: ProjectFiles): Content {
  const { message, hint, mark } = explainText(text, files);
  return {
    heading: withoutPlace(message, mark),
    explanation: `${GATEWAY_FILE} does not work yet: until it does, every path answers with this error.`,
    hint,
    mark: mark ?? rowIn(message, files) ?? { file: GATEWAY_FILE, line: 1 },
  };
}

function noRoute({ request }: ErrorReport, routes: readonly Route[]): Content {
  const path = request.target.replace(/\?.*/s, "");
  return {
    heading: `No route for ${request.method} ${path}`,
    hint: routeHint(request.method, path, routes),
    showsRoutes: true,
  };
}

/** A route, or a private path, names a function that does not exist. */
function noFunction(text: string, name: string, files: ProjectFiles): Content {
  const { message, hint } = explainText(fromBytes(text), files);
  const places = [...message.matchAll(/no file '([^']*)'/g)].map(([, path]) => path);
  return {
    heading: `There is no function '${name}'`,
    explanation: `It was looked for in ${places.join(" and ")}.`,
    hint,
    mark: rowNaming(name, files),
  };
}

/** Where the gateway file names a function. */
function rowNaming(functionName: string, files: ProjectFiles): Mark | undefined {
  const name = toBytes(functionName);
  return rowsOf(files).find(({ called }) => called?.name === name)?.called?.mark;
}

/** "app/gateway.lua: row 3 has no path": messages count rows where they know no line. */
function rowIn(message: string, files: ProjectFiles): Mark | undefined {
  const [, row] = /: row (\d+) /.exec(message) ?? [];
  return row === undefined ? undefined : rowsOf(files)[Number(row) - 1]?.mark;
}

function rowsOf(files: ProjectFiles): readonly GatewayRow[] {
  return findGatewayRows(files.read(GATEWAY_FILE) ?? "");
}

/** The request is at fault, or spacer is: the reply says all there is. */
function refusal({ status, json, functionName }: ErrorReport): Content {
  const { error } = JSON.parse(fromBytes(json)) as { error: unknown };
  const heading = typeof error === "string" ? error : JSON.stringify(error, undefined, 2);
  if (status >= 500) {
    return { heading, explanation: "This is a bug in spacer; the terminal shows more of it." };
  }
  if (functionName === undefined) return { heading };
  const name = fromBytes(functionName);
  return {
    heading,
    explanation: `The function '${name}' returned this as its second value: the caller did something wrong.`,
  };
}

/** The place stands with the code. */
function withoutPlace(message: string, mark: Mark | undefined): string {
  if (mark === undefined) return message;
  const [place = ""] = /^[^\n]+?\.lua:\d+: /.exec(message) ?? [];
  return place.startsWith(`${mark.file}:`) ? message.slice(place.length) : message;
}
