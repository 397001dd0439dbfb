/** Statistics for people. */
import type { Style } from "../style.ts";
import { formatTable } from "../table.ts";
import { captureText } from "./captureText.ts";
import type { FunctionStatistics, Sizes, Statistics } from "./statistics.ts";

const COLUMNS = [
  { title: "function" },
  { title: "lines" },
  { title: "Lua", isNumber: true },
  { title: "JavaScript", isNumber: true },
  { title: "ratio", isNumber: true },
  { title: "resume", isNumber: true },
  { title: "sites", isNumber: true },
  { title: "exits", isNumber: true },
  { title: "captures" },
];

export function statisticsText({ module, functions }: Statistics, style: Style): string {
  const rows = [
    ...functions.map((each) => [
      each.name,
      linesOf(each),
      ...numbers(each),
      captureText(each.captures),
    ]),
    ["whole module", undefined, ...numbers(module), undefined],
  ];
  const boxed = functions.flatMap((each) => boxLines(each));
  const parts = [
    formatTable(COLUMNS, rows, style),
    boxed.length === 0
      ? ""
      : `${style.bold("Boxed variables")} (shared by closures and assigned to)\n${boxed.join("")}`,
    `${style.bold("Helpers")}  ${listOf(module.helpers)}\n${style.bold("Globals")}  ${listOf(module.globals)}\n`,
    style.dim(
      "Sizes are in bytes. An exit is a point where the function can be left and resumed; 'resume' is loaded when\n" +
        "something in the module waits for the first time.\n",
    ),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

function numbers({ sourceBytes, emittedBytes, ratio, resumeBytes, sites, exits }: Sizes) {
  return [sourceBytes, emittedBytes, ratio.toFixed(1), resumeBytes, sites, exits];
}

function linesOf({ firstLine, lastLine }: FunctionStatistics): string | undefined {
  if (firstLine === 0) return undefined;
  return firstLine === lastLine ? String(firstLine) : `${String(firstLine)}-${String(lastLine)}`;
}

function boxLines({ name, boxed }: FunctionStatistics): string[] {
  return boxed.map(
    (variable) =>
      `  ${variable.name} of ${name}, line ${String(variable.line)}: assigned to at ` +
      `${variable.reassignedAt.map(String).join(", ")}; captured by ${listOf(variable.capturedBy)}\n`,
  );
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? "-" : names.join(", ");
}
