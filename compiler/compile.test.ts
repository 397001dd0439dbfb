import { compile, SourceText } from "./index.ts";

const compileText = (text: string) => compile(new SourceText(text, "@main.lua", "main.lua"));

describe("large inputs give code or LuaJIT's limit error", () => {
  const isRunnable = (code: string): boolean => {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- V8 must accept what is emitted
    const body = new Function("$rt", "$script", "$env", code);
    return typeof body === "function";
  };

  test.each([
    ["a constructor of 150,000 numbers", `return {${"1,".repeat(150_000)}}`],
    ["a constructor of 10,000 calls", `return {${"f(),".repeat(10_000)}}`],
    ["a constructor of 20,000 keys", `return {${keys(20_000)}}`],
    ["10,000 lines", "x = x + 1\n".repeat(10_000)],
    ["a chain of 3,000 elseifs", `if a then ${"elseif f() then b() ".repeat(3_000)} end`],
    ["100 nested blocks", `${"do ".repeat(100)}${"end ".repeat(100)}`],
    ["a sum of 3,000 operands", `return ${Array(3_000).fill("x").join(" + ")}`],
    ["3,000 functions", "function f() end\n".repeat(3_000)],
  ])("%s", (_what, text) => {
    const { output, diagnostics } = compileText(text);
    expect(diagnostics).toEqual([]);
    expect(isRunnable(output?.code ?? "")).toBe(true);
  });

  test.each([
    ["parentheses", `return ${"(".repeat(250)}1${")".repeat(250)}`],
    ["tables", `return ${"{".repeat(250)}${"}".repeat(250)}`],
    ["functions", `${"return function() ".repeat(250)}${"end ".repeat(250)}`],
    ["blocks", `${"do ".repeat(250)}${"end ".repeat(250)}`],
    ["concatenations", `return ${Array(5_000).fill("x").join(" .. ")}`],
  ])("250 nested %s", (_what, text) => {
    const { output, diagnostics } = compileText(text);
    if (output === undefined) {
      expect(diagnostics.map(({ message }) => message)).toEqual([
        "chunk has too many syntax levels",
      ]);
    } else {
      expect(isRunnable(output.code)).toBe(true);
    }
  });
});

test("the site table finds the Lua line and the names of operands", () => {
  const { output } = compileText("local t\n\nlocal function f()\n  return t.x + y\nend\nf()\n");
  const named = output?.sites.filter(({ operands }) => operands !== undefined);
  expect(named?.map(({ line, operands }) => [line, operands])).toEqual([
    [4, ["upvalue 't'"]],
    [4, ["field 'x'", "global 'y'"]],
    [6, ["local 'f'"]],
  ]);
  const lines = output?.code.split("\n") ?? [];
  const addition = output?.sites.find(({ operands }) => operands?.length === 2);
  expect(lines[(addition?.emitted ?? 0) - 1]).toContain("$add(");
});

test("compiling is pure: the same input gives the same output", () => {
  const text = "local x = 1 goto done do x = 2 end ::done:: return function() x = x + 1 end";
  expect(compileText(text).output?.code).toBe(compileText(text).output?.code);
});

test("the output tells what is required and which globals are assigned, as JSON can keep it", () => {
  const { output } = compileText(
    'function b() z = 1 end\nlocal a = require "a"\nfunction b() end\na.x = b',
  );
  const { requires, assignedGlobals } = output ?? {};
  expect(JSON.parse(JSON.stringify({ requires, assignedGlobals }))).toEqual({
    requires: [{ name: "a", offset: 41 }],
    assignedGlobals: ["b", "z"],
  });
});

function keys(count: number): string {
  return Array.from({ length: count }, (_, index) => `k${String(index)} = ${String(index)}`).join(
    ", ",
  );
}

test("loops in loops take no time that doubles with each", () => {
  const [open, close] = ["while x do ".repeat(60), " end".repeat(60)];
  const text = `local a = 1 ${open} a = a + f(a) ${close}`;
  expect(compile(new SourceText(text, "=x", "x")).output).toBeDefined();
});

test("a resume script is the same whether it was wanted from the start or not", () => {
  const source = new SourceText("local a = f() return g(a) .. h(), { x = a }", "@x.lua", "x.lua");
  const [early, late] = [true, false].map((wantsResume) =>
    compile(source, { wantsResume }).output?.resumeScript(),
  );
  expect(early?.code).toBe(late?.code);
  expect(early?.sites).toEqual(late?.sites);
});

test("what is compiled has no getter of its own: V8 would keep all that it sees until its slow collector runs", () => {
  const { output } = compileText("return f(x)");
  const scripts = [output, output?.resumeScript()];
  const own = scripts.flatMap((script) => Object.values(Object.getOwnPropertyDescriptors(script)));
  expect(own.length).toBeGreaterThan(0);
  expect(own.filter((descriptor) => "get" in descriptor)).toEqual([]);
  expect(scripts.map((script) => (script?.sites.length ?? 0) > 0)).toEqual([true, true]);
});
