import { compileFunction } from "node:vm";
import { createTestCli, type TestCli } from "../context.testkit.ts";

let cli: TestCli;

beforeEach(() => {
  cli = createTestCli();
  cli.write("a.lua", "local x = 1e999\nprint('ä', x)\n");
});

afterEach(() => {
  cli.dispose();
});

test("shows JavaScript that can be compiled", async () => {
  expect(await cli.run("inspect", "a.lua")).toBe(0);
  expect(() => compileFunction(cli.out, ["$rt", "$script", "$env"])).not.toThrow();
  expect(cli.out).toContain("print");
});

test("shows the syntax tree, the sites and the source map as JSON", async () => {
  expect(await cli.run("inspect", "a.lua", "--ast")).toBe(0);
  expect(JSON.parse(cli.out)).toMatchObject({
    main: { body: { statements: [{ type: "LocalStatement" }, { type: "CallStatement" }] } },
  });
  expect(cli.out).toContain('"value": "ä"');
  cli.clear();
  expect(await cli.run("inspect", "a.lua", "--sites")).toBe(0);
  expect(JSON.parse(cli.out)).toContainEqual(expect.objectContaining({ line: 2 }));
  cli.clear();
  expect(await cli.run("inspect", "a.lua", "--source-map")).toBe(0);
  expect(JSON.parse(cli.out)).toMatchObject({ version: 3, sources: ["a.lua"] });
});

test("shows what resumes the functions of a file", async () => {
  expect(await cli.run("inspect", "a.lua", "--resume")).toBe(0);
  expect(() => compileFunction(cli.out, ["$rt", "$script", "$env", "$make"])).not.toThrow();
  expect(cli.out).toContain("$resumeCode($script, 0, function main(");
  cli.clear();
  expect(await cli.run("inspect", "a.lua", "--resume", "--sites")).toBe(0);
  expect(JSON.parse(cli.out)).toContainEqual(expect.objectContaining({ line: 2, pc: 2 }));
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
