import { compileFunction } from "node:vm";
import { createTestCli, type TestCli } from "../context.testkit.ts";

let cli: TestCli;

beforeEach(() => {
  cli = createTestCli();
  cli.write("a.lua", "local x = 1e999\nprint('ä', x)\n");
  cli.write("lib:v1.lua", COUNTER);
});

afterEach(() => {
  cli.dispose();
});

const COUNTER = `local M = {}
local count = 0

function M.up(step)
  count = count + step
  return count
end

local function each(list, visit)
  for _, item in ipairs(list) do visit(item) end
end

function M:all(list)
  each(list, function(item)
    self.up(item)
  end)
end

return M
`;

async function show(...words: readonly string[]): Promise<string> {
  cli.clear();
  expect({ code: await cli.run("inspect", ...words), err: cli.err }).toEqual({ code: 0, err: "" });
  return cli.out;
}

async function refuse(...words: readonly string[]): Promise<string> {
  cli.clear();
  expect(await cli.run("inspect", ...words)).toBe(1);
  expect(cli.out).toBe("");
  return cli.err;
}

test("shows JavaScript that can be compiled, with the Lua lines", async () => {
  const code = await show("a.lua");
  expect(() => compileFunction(code, ["$rt", "$script", "$env"])).not.toThrow();
  expect(code).toContain("    // 2: print('ä', x)\n    if ($current.");
});

test("--raw is what is loaded: the same without comments", async () => {
  const raw = await show("lib:v1.lua", "--raw");
  const readable = await show("lib:v1.lua");
  const plain = (code: string): string =>
    code.replaceAll(/^ *\/\/ .*\n/gm, "").replaceAll(/,?\s+/g, "");
  expect(raw).not.toMatch(/\/\/ \d+: /);
  expect(plain(readable)).toBe(plain(raw));
});

test("shows the syntax tree, the sites and the source map as JSON", async () => {
  const tree = await show("a.lua", "--ast");
  expect(JSON.parse(tree)).toMatchObject({
    main: { body: { statements: [{ type: "LocalStatement" }, { type: "CallStatement" }] } },
  });
  expect(tree).toContain('"value": "ä"');
  expect(JSON.parse(await show("a.lua", "--sites"))).toContainEqual(
    expect.objectContaining({ line: 2 }),
  );
  expect(JSON.parse(await show("a.lua", "--source-map"))).toMatchObject({
    version: 3,
    sources: ["a.lua"],
  });
});

test("shows what resumes the functions of a file", async () => {
  const code = await show("a.lua", "--resume");
  expect(() => compileFunction(code, ["$rt", "$script", "$env", "$make"])).not.toThrow();
  expect(code).toContain("$resumeCode($script, 0, function main(");
  expect(JSON.parse(await show("a.lua", "--resume", "--sites"))).toContainEqual(
    expect.objectContaining({ line: 2, pc: 2 }),
  );
});

test("a function by its name, with what is written inside of it", async () => {
  const up = await show("lib:v1.lua:M.up");
  expect(up).toMatch(
    /^var \$make1 = \(count\) => function M_up\(|^var \$make1 = count => function M_up\(/,
  );
  expect(up).toContain("// lib:v1.lua:4-7, captures count (boxed)\n");
  expect(up).toContain("// 5: count = count + step\n");
  expect(up).not.toContain("function each");
  expect(await show("lib:v1.lua:up")).toBe(up);
  expect(await show("lib:v1.lua:5")).toBe(up);
  const all = await show("lib:v1.lua:M:all");
  expect(all).toContain("function M_all(");
  expect(all).toContain("function anonymous$14(");
  expect(await show("lib:v1.lua:M.all")).toBe(all);
  // By a line it is the innermost one alone.
  expect(await show("lib:v1.lua:15")).not.toContain("function M_all(");
  expect(await show("lib:v1.lua:1")).toContain("function main(");
  expect(await show("lib:v1.lua:main")).toMatch(/^var \$make0 = [^]*; boxes count\n/);
  expect(await show("lib:v1.lua:each", "--resume")).toMatch(/^var \$code2 = /);
});

test("a function that is not there", async () => {
  const list = "it has: M.up, each, M:all\n";
  expect(await refuse("lib:v1.lua:M.upp")).toBe(
    `spacer: there is no function 'M.upp' in lib:v1.lua\n  hint: did you mean 'M.up'? ${list}`,
  );
  expect(await refuse("lib:v1.lua:destroy")).toContain(`\n  hint: ${list}`);
  expect(await refuse("a.lua:destroy")).toContain("hint: it has none with a name\n");
  expect(await refuse("none.lua:M.up")).toBe(
    "spacer: can't read none.lua: no such file or folder\n",
  );
});

test("a line that is not there", async () => {
  expect(await refuse("lib:v1.lua:9999")).toBe(
    "spacer: lib:v1.lua has no line 9999\n  hint: it has 19 lines\n",
  );
  expect(await refuse("lib:v1.lua:20")).toContain("has no line 20\n");
  expect(await refuse("lib:v1.lua:0")).toContain("has no line 0\n");
  expect(await show("lib:v1.lua:19")).toContain("function main(");
  cli.write("empty.lua", "");
  expect(await refuse("empty.lua:2")).toContain("hint: it has one line\n");
  expect(await show("empty.lua:1")).toContain("function main(");
});

test("what would change how the terminal shows code is escaped, but for --raw", async () => {
  cli.write("bidi.lua", 'local s = "a\u202eb\u200b"\nreturn s\n');
  const code = await show("bidi.lua");
  expect(code).toContain('s = "a\\u202eb\\u200b";');
  expect(code).not.toMatch(/[\u202e\u200b]/);
  expect(await show("bidi.lua", "--raw")).toContain('s = "a\u202eb\u200b";');
});

test("statistics for people and for programs", async () => {
  const text = await show("lib:v1.lua", "--stats");
  expect(text).toMatch(/^M\.up +4-7 +\d+ +\d+ +\d+\.\d +\d+ +\d+ +1 +count \(boxed\)$/m);
  expect(text).toContain("  count of main chunk, line 2: assigned to at 5; captured by M.up\n");
  expect(text).toContain("Globals  ipairs\n");
  const all = JSON.parse(await show("lib:v1.lua", "--stats", "--json")) as {
    module: { sourceBytes: number; exits: number };
    functions: { name: string; exits: number; sourceBytes: number }[];
  };
  expect(all.functions.map(({ name }) => name)).toEqual([
    "main chunk",
    "M.up",
    "each",
    "M:all",
    "anonymous",
  ]);
  expect(all.module.sourceBytes).toBe(COUNTER.length);
  const sum = (of: "exits" | "sourceBytes") =>
    all.functions.reduce((total, each) => total + each[of], 0);
  expect(sum("exits")).toBe(all.module.exits);
  expect(sum("sourceBytes")).toBe(all.module.sourceBytes);
  const one = JSON.parse(await show("lib:v1.lua:M.up", "--stats", "--json")) as unknown;
  expect(one).toMatchObject({
    functions: [
      {
        name: "M.up",
        firstLine: 4,
        lastLine: 7,
        parameters: ["step"],
        exits: 1,
        captures: [{ name: "count", isBoxed: true }],
        helpers: expect.arrayContaining(["add"]) as unknown,
      },
    ],
  });
});

test("options that do not go together", async () => {
  expect(await refuse("a.lua", "--ast", "--stats")).toBe(
    "spacer: '--ast' and '--stats' can't be combined\n",
  );
  expect(await refuse("a.lua", "--json")).toContain("'--json' says nothing of the code");
  expect(await refuse("a.lua:1", "--ast")).toContain("'--ast' is of whole files");
});

test("a syntax error is shown in its line", async () => {
  cli.write("b.lua", "local x\nx y\n");
  expect(await cli.run("inspect", "b.lua")).toBe(1);
  expect(cli.err).toMatch(/^spacer: b.lua:2: '=' expected near 'y'\n.*\| x y\n.*\^/);
});

test("a file that is not there", async () => {
  expect(await cli.run("inspect", "c.lua")).toBe(1);
  expect(cli.err).toBe("spacer: can't read c.lua: no such file or folder\n");
});

test("colours on a terminal only", async () => {
  expect(await show("a.lua")).not.toContain("\u001b");
  Object.assign(cli.context.stdout, { isTTY: true });
  expect(await show("a.lua")).toContain("\u001b[2m// 2: print('ä', x)\u001b[0m");
});

test("a file of a project is compiled as the project is", async () => {
  cli.write("shop/app/gateway.lua", "return {}\n");
  // A semicolon by itself is a statement of Lua 5.2.
  cli.write("shop/app/f.lua", "local x = 1;; return x\n");
  await show("shop/app/f.lua");
  expect(await refuse("shop/app/f.lua", "--lua", "luajit")).toContain("shop/app/f.lua:1:");
});
