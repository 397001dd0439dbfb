/**
 * Source maps as a debugger reads them. What they must do for any program is tested with the programs of
 * fixtures/language; what comes of it in a debugger in cli/debugging.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  eachMapping,
  originalPositionFor,
  TraceMap,
  type EachMapping,
} from "@jridgewell/trace-mapping";
import { compile, makeSourceMap, parse, SourceText, type ast } from "../index.ts";
import { forEachChild } from "../visit.ts";
import type { PrintedScript } from "./index.ts";

const decode = (bytes: string): string => Buffer.from(bytes, "latin1").toString("utf8");

function compileText(text: string) {
  const source = new SourceText(Buffer.from(text).toString("latin1"), "@main.lua", "main.lua");
  const { output } = compile(source, { isForDebugger: true });
  if (output === undefined) throw new Error("the program has an error");
  const mapOf = (script: PrintedScript): TraceMap =>
    new TraceMap(makeSourceMap(script, source, { file: "main.js", source: "main.lua", decode }));
  return { output, resumed: output.resumeScript(), mapOf };
}

function mappingsOf(map: TraceMap): EachMapping[] {
  const mappings: EachMapping[] = [];
  eachMapping(map, (mapping) => mappings.push(mapping));
  return mappings;
}

/** Where a piece of the emitted text is. */
function find(code: string, piece: string): { line: number; column: number } {
  const lines = code.split("\n");
  const index = lines.findIndex((line) => line.includes(piece));
  if (index < 0) throw new Error(`no ${piece} in\n${code}`);
  return { line: index + 1, column: (lines[index] ?? "").indexOf(piece) };
}

test("each statement leads to where it begins", () => {
  const { output, mapOf } = compileText(
    'local a = 1; local b = "ä"; local c = 2\nif a then\n  b = c\nend',
  );
  const map = mapOf(output);
  const at = (piece: string) => {
    const { line, column } = originalPositionFor(map, find(output.code, piece));
    return [line, column];
  };
  expect(at("a = 1")).toEqual([1, 0]);
  // In UTF-16 units, not in bytes.
  expect(at("c = 2")).toEqual([1, 28]);
  expect(at("b = c")).toEqual([3, 2]);
});

test("what is nothing of Lua's leads nowhere", () => {
  const { output, resumed, mapOf } = compileText("local a = 1\nprint(a)");
  const main = originalPositionFor(mapOf(output), find(output.code, "var {"));
  expect(main.source).toBeNull();
  const position = find(resumed.code, "let $pc");
  expect(originalPositionFor(mapOf(resumed), position).source).toBeNull();
});

test("a statement of several lines has a place in each", () => {
  const { output, mapOf } = compileText("f(\n  g(),\n  h()\n)");
  const map = mapOf(output);
  const lineOf = (piece: string) => originalPositionFor(map, find(output.code, piece)).line;
  expect([lineOf("$_g.v"), lineOf("$_h.v")]).toEqual([2, 3]);
});

test("variables have their Lua names where they are declared", () => {
  const { output, resumed, mapOf } = compileText(
    "local function f(new)\n  local x = new\n  do local x = g() h(x) end\n  return x\nend",
  );
  for (const script of [output, resumed]) {
    const lines = script.code.split("\n");
    const names = mappingsOf(mapOf(script)).flatMap(({ name, generatedLine, generatedColumn }) => {
      if (name === null) return [];
      const compiled = /^[\w$]+/.exec((lines[generatedLine - 1] ?? "").slice(generatedColumn))?.[0];
      return [`${String(compiled)} is ${name}`];
    });
    expect(names).toEqual(expect.arrayContaining(["new$ is new", "x is x", "x$1 is x"]));
  }
});

const language = resolve(__dirname, "../../fixtures/language");
const programs = readdirSync(language, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith("main.lua"))
  .map((name) => join(language, name));

test("there are programs", () => {
  expect(programs.length).toBeGreaterThan(200);
});

test.each(programs)("%s: within bounds, and each statement is reached", (file) => {
  const source = new SourceText(readFileSync(file, "latin1"), "@main.lua", "main.lua");
  const { output } = compile(source, { isForDebugger: true });
  if (output === undefined) return; // It is there for its syntax error.
  const luaLines = decode(source.text).split(/\r\n|\n\r|\r|\n/);
  const names = { file: "main.js", source: "main.lua", decode };
  for (const script of [output, output.resumeScript()]) {
    const lines = script.code.split("\n");
    const map = new TraceMap(makeSourceMap(script, source, names));
    const mappings = mappingsOf(map);
    const outside = mappings.filter(
      ({ generatedLine, generatedColumn, originalLine, originalColumn }) =>
        generatedColumn > (lines[generatedLine - 1]?.length ?? -1) ||
        (originalLine !== null && originalColumn > (luaLines[originalLine - 1]?.length ?? -1)),
    );
    expect(outside).toEqual([]);
    if (script !== output) continue;
    const reached = new Set(mappings.map(({ originalLine }) => originalLine));
    expect([...linesOfStatements(source)].filter((line) => !reached.has(line))).toEqual([]);
  }
});

/** Where breakpoints can be set. */
function linesOfStatements(source: SourceText): Set<number> {
  const lines = new Set<number>();
  const visit = (node: ast.Statement | ast.Expression): void => {
    switch (node.type) {
      case "AssignmentStatement":
      case "BreakStatement":
      case "CallStatement":
      case "ForGenericStatement":
      case "ForNumericStatement":
      case "IfStatement":
      case "LocalFunctionStatement":
      case "LocalStatement":
      case "ReturnStatement":
        lines.add(node.line);
        break;
      default:
    }
    forEachChild(node, visit);
  };
  const chunk = parse(source, () => undefined, { isLua52Compatible: false });
  if (chunk !== undefined) visit(chunk.main);
  return lines;
}
