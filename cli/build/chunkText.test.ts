import type { BundledChunk } from "../bundled/bundle.ts";
import { readFacts } from "../bundled/facts.ts";
import { PositionTable } from "../bundled/positions.ts";
import { compileChunk, compileOptions } from "../compile.ts";
import { bundle } from "./bundle.ts";
import { chunkText } from "./chunkText.ts";
import { minifyChunk } from "./minifyChunk.ts";
import { loadEsbuild } from "./esbuild.ts";
import { runtimeBuilder } from "./runtimeCache.ts";
import { textOfPieces } from "../pieces.ts";

const SOURCE = `
local t = { caf\xe9 = "\`\${x}\\\\" }
function f(a, b)
  coroutine.yield(a)
  return a .. b, t.x.y
end
return f`;

function textOf(source: string) {
  const chunk = compileChunk(source, "@app/x.lua", compileOptions("openresty"));
  const resume = chunk.resumeScript();
  return { chunk, resume, text: chunkText("@app/x.lua", chunk, resume) };
}

/** The object that a text is. */
function evaluate(text: string): BundledChunk {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- what is tested is code
  const make = new Function("$rt", "$facts", `return ${text}`) as (...values: unknown[]) => unknown;
  return make({}, readFacts) as BundledChunk;
}

test("facts come back as the compiler gave them, whether the text was made smaller or not", async () => {
  const { chunk, resume, text } = textOf(SOURCE);
  const smaller = await minifyChunk(text, loadEsbuild(), "node20");
  expect(smaller.bytes.length).toBeLessThan(text.bytes.length);
  for (const each of [text, smaller]) {
    const bundled = evaluate(each.bytes.toString());
    expect(bundled.chunkName).toBe("@app/x.lua");
    expect(bundled.facts()).toEqual({
      chunk: { sites: chunk.sites, functions: chunk.functions },
      resume: { sites: resume.sites, functions: resume.functions },
    });
  }
});

test.each([SOURCE, "", "local s = 'a\\\nb' .. [[\n\n]] return s"])(
  "line breaks are counted: %j",
  (source) => {
    const { chunk, resume, text } = textOf(source);
    const count = (code: string) => code.split("\n").length - 1;
    expect(text.lineBreaks).toBe(count(text.bytes.toString()));
    for (const { code, lineBreaks } of [chunk, resume]) expect(lineBreaks).toBe(count(code));
    const luaSource = { luaSource: source };
    const withSource = chunkText("@app/x.lua", chunk, luaSource);
    expect(withSource.lineBreaks).toBe(count(withSource.bytes.toString()));
  },
);

test("helpers are those that the code takes", () => {
  const { helpers } = textOf("return 1 .. x").text;
  expect(helpers).toContain("concat");
  expect(helpers).toContain("getGlobal");
  expect(helpers).not.toContain("add");
});

test.each([false, true])(
  "emitted lines are found in a bundle, minified: %s",
  async (isMinified) => {
    const esbuild = loadEsbuild();
    const calls = (from: number) =>
      Array.from({ length: 50 }, (_, index) => `f(${String(from + index)})`).join("\n");
    const written = [
      textOf(`local function g(f)\n${calls(70_000)}\nend\n${calls(71_000)}`),
      textOf(calls(72_000)),
    ];
    const chunks = await Promise.all(
      written.map(async ({ text }) =>
        isMinified ? await minifyChunk(text, esbuild, "node20") : text,
      ),
    );
    const entry = 'export { chunks, positions } from "spacer:chunks";';
    const { contents } = await bundle(
      { entry, chunks, platform: "node", engines: "node20", isMinified },
      runtimeBuilder(esbuild),
    );
    const code = textOfPieces(contents);
    const table = new PositionTable(/\$spacerPositions\(\)\{return"([^"]*)"/.exec(code)?.[1] ?? "");
    const isRight = [...code.matchAll(/\b7[0-2]0\d\d\b/g)].map(({ 0: number, index }) => {
      const before = code.slice(0, index).split("\n");
      const place = table.find(before.length, (before.at(-1) ?? "").length + 1);
      if (place === undefined) return false;
      const { chunk, resume } = written[place.chunkIndex] ?? textOf("");
      const line = (place.isResume ? resume : chunk).code.split("\n")[place.line - 1];
      return line?.includes(number);
    });
    expect(isRight).not.toContain(false);
  },
);
