/**
 * Scripts are printed by printers of our own: the text must be what astring makes of the same trees, and what is printed small
 * must have the same words on the same lines.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { analyze } from "../2-analyze/index.ts";
import { generate, type GenerateOptions } from "../3-generate/index.ts";
import { parse } from "../1-parse/index.ts";
import { SourceText } from "../source.ts";
import { print } from "./index.ts";

const fixtures = resolve(__dirname, "../../fixtures");
const programs = ["language", "benchmarks/programs"].flatMap((folder) =>
  readdirSync(join(fixtures, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".lua"))
    .map((name) => join(folder, name)),
);

function expectSameText(
  text: string,
  options: Partial<GenerateOptions>,
  isAccessible = false,
  hasResume = true,
): number {
  const source = new SourceText(text, "@test.lua", "test.lua");
  const chunk = parse(source, () => undefined);
  if (chunk === undefined) return 0;
  const analysis = analyze(chunk, { usesEnvironments: false, isAccessible, text });
  const lineAt = (offset: number): number => source.lineAt(offset);
  const generated = generate(chunk, analysis, { shortName: "test.lua", lineAt, ...options });
  for (const script of [generated.script, ...(hasResume ? [generated.emitResumeScript()] : [])]) {
    const printed = print(script);
    const { code, ...facts } = print(script, { isByTree: true });
    if (printed.code !== code) expect(printed.code.split("\n")).toEqual(code.split("\n"));
    expect({ ...printed, code: undefined }).toEqual({ ...facts, code: undefined });
    const small = print(script, { isCompact: true });
    expect({ ...small, code: undefined }).toEqual({ ...facts, code: undefined });
    expectSameWords(small.code.split("\n"), code.split("\n"));
  }
  return generated.script.functions.length;
}

function expectSameWords(small: readonly string[], lines: readonly string[]): void {
  const differs = small.findIndex((line, index) => words(line) !== words(lines[index] ?? ""));
  if (differs >= 0) expect(small[differs]).toBe(lines[differs]);
  expect(small.length).toBe(lines.length);
}

const WORD =
  /"(?:[^"\\]|\\.)*"|\/\/.*|[\w$]+|>>>|[=!]==|=>|&&|\|\||\?\?|\+\+|--|<=|>=|<<|>>|\.\.\.|[-+]=|\S/g;

/** The words of a line of code; no statement needs a semicolon before a brace. */
function words(line: string): string {
  const found = (line.match(WORD) ?? []).filter((word) => !word.startsWith("//"));
  return found.filter((word, index) => word !== ";" || found[index + 1] !== "}").join("\n");
}

test("all programs of the fixtures, in all kinds of code", () => {
  let functionCount = 0;
  for (const name of programs) {
    const text = readFileSync(join(fixtures, name), "latin1");
    functionCount += expectSameText(text, {});
    expectSameText(text, { suspension: "everywhere", marksLines: true }, false, false);
    expectSameText(text, { suspension: "none" }, false, false);
    expectSameText(text, {}, true);
  }
  expect(functionCount).toBeGreaterThan(3000);
}, 120_000);

test.each([
  "local a, b, c = ... return -(-a), - -a, -1, not not a, not (a == b), (a + b) * c, a - (b - c), (a - b) - c, a ^ b ^ c",
  "local a, b, c = ... if a and (b or c) and not (a and b) then return a == (b == c), (a == b) == c, a < b == c end",
  "local a = ... return (1).x, (-1).x, ('x').y, ('x'):rep(3), ({}).x, (function() end)(), a[-1], a[1 - 1], a['end']",
  "local x = 1 return x % 3, x * (x / x), x / (x * x), -(x + x), -x + x, 1 / 0, 0 / 0, -1 / 0",
  "for i = 10, 1, -1 do for k, v in pairs({}) do if k then break end end end repeat local x = f() until x while true do g() end",
  "goto done; do local t = {1, f(), ...; n = select('#', ...)} t[1], t.x = 2 end ::done:: return '\\n\\0\\255\"', [[\n]]",
])("%s", (text) => {
  expect(expectSameText(text, {})).toBeGreaterThan(0);
});
