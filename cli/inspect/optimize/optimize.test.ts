/** `spacer inspect --opt`, with the V8 that runs these tests. */
import { createTestCli, type TestCli } from "../../context.testkit.ts";
import type { OptimizationReport } from "./optimize.ts";

jest.setTimeout(60_000);

let cli: TestCli;

beforeEach(() => {
  cli = createTestCli();
});

afterEach(() => {
  cli.dispose();
});

const LIBRARY = `local M = {}

local function add(a, b)
  return a + b
end

function M.sum(n)
  local total = 0
  for i = 1, n do
    total = add(total, i)
  end
  return total
end

local calls = 0

local function twice(x)
  return x * 2
end

-- Numbers for a long time, then text.
function M.mixed()
  calls = calls + 1
  local value = calls > 20000 and "21" or 21
  local total = 0
  for _ = 1, 50 do
    total = total + twice(value)
  end
  return total
end

function M.unused()
  return 1
end

return M
`;

async function report(...words: readonly string[]): Promise<OptimizationReport> {
  cli.clear();
  const exitCode = await cli.run("inspect", ...words, "--opt", "--json");
  expect({ exitCode, err: cli.err }).toEqual({ exitCode: 0, err: "" });
  return JSON.parse(cli.out) as OptimizationReport;
}

function functionOf({ functions }: OptimizationReport, name: string) {
  return functions.find((verdict) => verdict.name === name);
}

test("one function is optimized, one inlined, one deoptimized, one never called", async () => {
  cli.write("library.lua", LIBRARY);
  const call = "M.sum(100), M.mixed()";
  const result = await report(
    "library.lua",
    "--call",
    call,
    "--iterations",
    "40000",
    "--seconds",
    "30",
  );
  expect(result).toMatchObject({ calls: 40_000, end: { kind: "finished" }, unknown: [] });
  expect(result.node).toBe(process.versions.node);
  expect(functionOf(result, "M.sum")?.tier).toBe("turbofan");
  expect(functionOf(result, "M.sum")?.inlines).toContainEqual({
    name: "add",
    place: null,
    line: 10,
  });
  expect(functionOf(result, "add")?.inlinedInto).toContainEqual({
    name: "M.sum",
    place: null,
    line: 10,
  });
  expect(functionOf(result, "M.unused")).toMatchObject({ tier: null, inlinedInto: [] });
  // Wherever "twice" is inlined, line 18 is where the text came.
  const deopts = result.functions.flatMap((verdict) => verdict.deopts);
  expect(deopts).toContainEqual(
    expect.objectContaining({ line: 18, meaning: "code ran that had never run before" }),
  );
  expect(functionOf(result, "M.mixed")?.optimizations).toBeGreaterThan(0);
});

test("for people: one function only", async () => {
  cli.write("library.lua", LIBRARY);
  const words = ["--opt", "--call", "for i = 1, 5 do M.sum(1000) end", "--iterations", "2000"];
  expect(await cli.run("inspect", "library.lua:M.sum", ...words, "--seconds", "30")).toBe(0);
  expect(cli.err).toBe("");
  expect(cli.out).toMatch(/^library\.lua: 2000 calls in [\d.]+ s \(Node [\d.]+, V8 [\d.]+\)\n/);
  expect(cli.out).toContain("\nM.sum (7-13): optimized by TurboFan\n");
  expect(cli.out).toContain("  inlines add at line 10");
  expect(cli.out).not.toContain("M.unused");
});

describe("in a project", () => {
  beforeEach(() => {
    cli.write("shop/config/application.yml", "spacerVersion: 1\nappName: shop\ntopics: [orders]\n");
    cli.write("shop/app/gateway.lua", "return {}\n");
  });

  test("the function is called with its arguments, and may wait", async () => {
    cli.write("shop/lib/price.lua", "return function (n) return n * 2 end\n");
    cli.write(
      "shop/app/orders/add.lua",
      `local price = require "price"
local topics = require "topics"
return function (args)
  print("noise that nobody is to see")
  topics.append("orders", {[args.id] = {price = price(args.count)}})
  ngx.sleep(0)
  return {price = price(args.count)}
end
`,
    );
    const args = '{"id": "7", "count": 3}';
    const words = ["--args", args, "--iterations", "300", "--seconds", "30"];
    const result = await report("shop/app/orders/add.lua", ...words);
    expect(result).toMatchObject({ calls: 300, end: { kind: "finished" } });
    const called = functionOf(result, "anonymous");
    expect(called?.tier).not.toBeNull();
    expect(called?.resumedTier).not.toBeNull();
  });

  test("an error is told as Lua does", async () => {
    cli.write("shop/app/f.lua", "return function (args)\n  return args.a + args.b\nend\n");
    expect(await cli.run("inspect", "shop/app/f.lua", "--opt", "--args", '{"a": 1}')).toBe(1);
    expect(cli.out).toContain("shop/app/f.lua: 0 calls in ");
    expect(cli.out).toContain(
      "the run ended by an error:\napp/f.lua:2: attempt to perform arithmetic on field 'b' (a nil value)\n" +
        "stack traceback:\n\tapp/f.lua:2: in function <app/f.lua:1>",
    );
  });

  test("a broken project says so", async () => {
    cli.write("shop/config/application.yml", "appNam: shop\n");
    cli.write("shop/app/f.lua", "return function () end\n");
    expect(await cli.run("inspect", "shop/app/f.lua", "--opt")).toBe(1);
    expect(cli.err).toMatch(
      /^spacer: config\/application\.yml:1: .*'appNam'\n {2}hint: did you mean 'appName'/,
    );
  });
});

test("a program is run once", async () => {
  cli.write("program.lua", "local t = 0 for i = 1, 2000000 do t = t + i end print(t)\n");
  const result = await report("program.lua", "--seconds", "30");
  expect(result).toMatchObject({ calls: 0, end: { kind: "program" } });
  // The loop was, while it ran; what follows it is new to V8.
  expect(functionOf(result, "main chunk")?.optimizations).toBeGreaterThan(0);
});

test("an endless call is stopped", async () => {
  cli.write("endless.lua", "return function () while true do end end\n");
  const result = await report("endless.lua", "--seconds", "1");
  expect(result.end.kind).toBe("stopped");
  expect(functionOf(result, "anonymous")?.tier).not.toBeNull();
});

test.each([
  [
    ["t.lua", "--opt"],
    /t\.lua returns nothing that can be called.*\n.*--call 'M\.get\(\.\.\.\)'\n$/,
  ],
  [["t.lua", "--opt", "--args", "{"], /'--args' is no JSON/],
  [["t.lua", "--opt", "--args", "3"], /'--args' is no JSON object or list/],
  [["t.lua", "--opt", "--seconds", "0"], /begin at 1/],
  [["t.lua", "--args", "{}"], /'--args' says nothing of the code\n {2}hint: it belongs to '--opt'/],
])("what makes no sense: %j", async (words, message) => {
  cli.write("t.lua", "local M = {}\nfunction M.get() end\nreturn M\n");
  expect(await cli.run("inspect", ...words)).toBe(1);
  expect(cli.err).toMatch(message);
});

test("a call that is no Lua", async () => {
  cli.write("t.lua", "return {}\n");
  expect(await cli.run("inspect", "t.lua", "--opt", "--call", "M.get(")).toBe(1);
  expect(cli.out).toContain("(--call):1: unexpected symbol near '<eof>'");
});
