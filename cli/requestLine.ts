/** One line per request, and why it failed below it. */
import type { AccessEntry, Failure } from "../runtime/gateway/index.ts";
import { fromBytes } from "./bytes.ts";
import type { Style } from "./style.ts";

export function describeRequest(entry: AccessEntry, style: Style): string {
  return `${requestLine(entry, style)}\n${describeProblem(entry, style)}`;
}

/** "200 GET /hello hello 1.2 ms" */
export function requestLine(entry: AccessEntry, style: Style): string {
  const { status, method, path, functionName, durationMs } = entry;
  const time = `${durationMs.toFixed(durationMs < 100 ? 1 : 0)} ms`;
  const called = functionName === undefined ? "-" : fromBytes(functionName);
  const parts = [paintStatus(status, style), paintMethod(method, style), path, style.cyan(called)];
  return `${parts.join(" ")} ${style.dim(time)}`;
}

function describeProblem({ failure }: AccessEntry, style: Style): string {
  if (failure === undefined) return "";
  const [message = "", ...rest] = `${fromBytes(failure.text)}${hiddenPlace(failure)}`.split("\n");
  const lines = [style.red(message), ...rest];
  if (failure.traceback !== undefined) {
    lines.push(
      ...fromBytes(failure.traceback)
        .split("\n")
        .map((line) => style.dim(line)),
    );
  }
  return lines.map((line) => `    ${line}\n`).join("");
}

/** Where it happened, when neither message nor traceback tell: the function called it as its last. */
export function hiddenPlace({ text, file, line, traceback = "" }: Failure): string {
  if (file === undefined || line === undefined) return "";
  const place = `${file}:${String(line)}`;
  return text.includes(place) || traceback.includes(place) ? "" : ` (${fromBytes(place)})`;
}

function paintStatus(status: number, style: Style): string {
  const text = String(status);
  if (status >= 500) return style.red(text);
  return status >= 400 ? style.yellow(text) : style.green(text);
}

/** So that what changes something stands out. */
export function paintMethod(method: string, style: Style): string {
  switch (method) {
    case "GET":
      return style.blue(method);
    case "POST":
      return style.green(method);
    case "PUT":
    case "PATCH":
      return style.yellow(method);
    case "DELETE":
      return style.red(method);
    default:
      return style.magenta(method);
  }
}
