/** `spacer inspect --opt`, with the V8 that runs these tests. */
import { join } from "node:path";
import { chunkText, compileOptions, compileText } from "../../compile.ts";
import { createTestCli, type TestCli } from "../../context.testkit.ts";
import type { CodeHistory, KnownFunction } from "./codeHistory.ts";
import type { OptimizationReport } from "./optimize.ts";
import { findOtherVerdicts, findVerdicts } from "./verdicts.ts";

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
  // V8 has two compilers that optimize, from Node 22 on; on a busy machine the second may not be done in time.
  expect(functionOf(result, "M.sum")?.tier).toMatch(/^(?:maglev|turbofan)$/);
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

/** Functions `f0`, `f1`, ... and below them `M.sum`, which calls each in a line of its own. */
function manyFunctions(count: number): { text: string; lineOfCall: (name: string) => number } {
  const numbers = Array.from({ length: count }, (_, index) => String(index));
  const text = [
    "local M = {}",
    ...numbers.map((index) => `local function f${index}(a) return a + ${index} end`),
    "function M.sum(n)\n  local t = 0\n  for i = 1, n do",
    ...numbers.map((index) => `    t = t + f${index}(i)`),
    "  end\n  return t\nend\nreturn M\n",
  ].join("\n");
  return { text, lineOfCall: (name) => count + 5 + Number(name.slice(1)) };
}

test("lines are right whatever the file is called, and whoever has an inspector open", async () => {
  cli.write("shop/config/application.yml", "spacerVersion: 1\nappName: shop\n");
  cli.write("shop/app/gateway.lua", "return {}\n");
  const { text, lineOfCall } = manyFunctions(30);
  const check = async (file: string): Promise<void> => {
    const words = ["--call", "M.sum(100)", "--iterations", "20000", "--seconds", "30"];
    const result = await report(file, ...words);
    const inlined = functionOf(result, "M.sum")?.inlines.filter(({ place }) => place !== "runtime");
    expect(inlined?.length).toBeGreaterThan(3);
    for (const { name, line } of inlined ?? [])
      expect([name, line]).toEqual([name, lineOfCall(name)]);
  };
  cli.write("shop/lib/many.lua", text);
  cli.write("many.lua", text);
  await check(join(cli.cwd, "shop/lib/many.lua"));
  Object.assign(cli.context.env, { NODE_OPTIONS: "--inspect=0" });
  await check("shop/app/../lib/many.lua");
  await check("many.lua");
});

test("for people: one function only", async () => {
  cli.write("library.lua", LIBRARY);
  const words = ["--opt", "--call", "for i = 1, 5 do M.sum(1000) end", "--iterations", "2000"];
  expect(await cli.run("inspect", "library.lua:M.sum", ...words, "--seconds", "30")).toBe(0);
  expect(cli.err).toBe("");
  expect(cli.out).toMatch(/^library\.lua: 2000 calls in [\d.]+ s \(Node [\d.]+, V8 [\d.]+\)\n/);
  expect(cli.out).toMatch(/\nM\.sum \(7-13\): optimized by (?:Maglev|TurboFan)\b/);
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

test("a program that nobody times runs to its end", async () => {
  cli.write("program.lua", "local start = os.time() while os.time() < start + 3 do end\n");
  expect((await report("program.lua")).end.kind).toBe("stopped");
  expect((await report("program.lua", "--unlimited")).end).toEqual({ kind: "program" });
});

test.each([
  ["at once", "os.exit(3)"],
  ["after a wait", 'require("ngx").sleep(0.001) os.exit(3)'],
  ["in a timer", 'require("ngx").timer.at(100, function() os.exit(3) end)'],
])("a program may end itself: %s", async (_when, text) => {
  cli.write("program.lua", `${text}\n`);
  expect((await report("program.lua")).end).toEqual({ kind: "program" });
});

test("a call may end the program", async () => {
  cli.write("f.lua", "local n = 0 return function () n = n + 1 if n > 5 then os.exit(3) end end\n");
  expect(await report("f.lua")).toMatchObject({ calls: 5, end: { kind: "finished" } });
});

test("what it starts does not take itself for the traced process", async () => {
  const test =
    'assert(os.getenv("SPACER_INSPECT_TRACED") == nil and io.popen("env"):read("*a"):find("TRACED") == nil)';
  cli.write("program.lua", `${test}\n`);
  expect((await report("program.lua")).end).toEqual({ kind: "program" });
});

test("a bug of ours in the traced process is one", async () => {
  cli.write("t.lua", "return function () end\n");
  const texts = [
    "Debugger listening on ws://127.0.0.1:1/2",
    "spacer: internal error: no frame (this is a bug in spacer, please report it)",
  ];
  cli.write("fails.mjs", `console.error(${JSON.stringify(texts.join("\n"))}); process.exit(2);`);
  const self = [process.execPath, join(cli.cwd, "fails.mjs")];
  Object.defineProperty(cli.context, "self", { value: self });
  expect(await cli.run("inspect", "t.lua", "--opt")).toBe(2);
  expect(cli.err).toMatch(/^spacer: internal error: no frame \(this is a bug in spacer.*\)\n$/);
});

describe("a history", () => {
  const TEXT = `local ngx = require "ngx"
local class = function() end
local function wait() ngx.sleep(0) class() end
return wait
`;
  const code = compileText(chunkText(TEXT, "@lib/wait.lua"), compileOptions("luajit"));
  const resume = code.resumeScript();
  const { functions } = code.describe();
  const SCRIPT = "lua:1/lib/wait.lua";

  const sources = { functions, code, resume, scriptPath: "lib/wait.lua" };

  function whole(history: Partial<CodeHistory>): CodeHistory {
    return { v8Version: "1", functions: [], disabled: [], hasInlining: true, ...history };
  }

  const verdictsOf = (history: Partial<CodeHistory>) => findVerdicts(whole(history), sources);

  function known(name: string, script: string, line: number): KnownFunction {
    return { name, position: { script, line, column: 1 }, versions: [] };
  }

  test("what leaves a function is none of Lua", () => {
    const line = resume.code.split("\n").findIndex((text) => text.startsWith("return { f")) + 1;
    const leaver = known("f2", `${SCRIPT}#resumed`, line);
    const other = known("f7", "lua:2/other.lua#resumed", 99);
    const helper = known("leave2", "file:///runtime.js", 1);
    const own = code.functions.find(({ index }) => functions[index]?.name === "wait");
    const version = { tier: "turbofan", sizeBytes: 1 } as const;
    const calls = [leaver, other, helper].map((callee) => ({ callee, offset: 0 }));
    const position = { script: SCRIPT, line: own?.firstEmitted ?? 0, column: 1 };
    const stack = [{ script: `${SCRIPT}#resumed`, line, column: 1 }, position];
    const wait: KnownFunction = {
      name: "wait",
      position,
      versions: [
        {
          ...version,
          inlined: calls.map((call, index) => ({ ...call, parent: index === 2 ? 0 : undefined })),
          deopts: [],
        },
        { ...version, inlined: [], deopts: [{ bailout: "deopt-eager", reason: "hole", stack }] },
      ],
    };
    const verdict = verdictsOf({ functions: [wait, leaver, other, helper] }).find(
      ({ name }) => name === "wait",
    );
    expect(verdict?.inlines).toEqual([{ name: "leave2", place: "runtime", line: undefined }]);
    expect(verdict?.deopts[0]?.within).toBe("the runtime");
  });

  test("deoptimized functions of the runtime and of other files", () => {
    const deoptimized = (name: string, script: string, inlinedAt?: number): KnownFunction => {
      const position = { script, line: 5, column: 1 };
      const inner = inlinedAt === undefined ? [] : [{ script: SCRIPT, line: inlinedAt, column: 1 }];
      const deopt = { bailout: "deopt-eager", reason: "hole", stack: [...inner, position] };
      const version = { sizeBytes: 1, inlined: [] };
      const versions = [
        { ...version, tier: "turbofan" as const, deopts: [deopt, deopt] },
        { ...version, tier: "turbofan" as const, deopts: [] },
      ];
      return { name, position, versions };
    };
    const own = code.functions.find(({ index }) => functions[index]?.name === "wait");
    const others = findOtherVerdicts(
      whole({
        functions: [
          deoptimized("sort", "file:///runtime.js", code.sites.at(-1)?.emitted),
          deoptimized("other", "lua:2/other.lua"),
          deoptimized("emit", "node:events"),
          {
            ...deoptimized("wait", SCRIPT),
            position: { script: SCRIPT, line: own?.firstEmitted ?? 0, column: 1 },
          },
          known("calm", "file:///runtime.js", 9),
        ],
      }),
      sources,
    );
    const common = { tier: "turbofan", optimizations: 2 };
    expect(others).toEqual([
      expect.objectContaining({ ...common, name: "sort", place: "runtime" }),
      expect.objectContaining({ ...common, name: "other", place: "other.lua" }),
    ]);
    expect(others[0]?.deopts).toEqual([
      expect.objectContaining({ count: 2, line: 4, reason: "hole" }),
    ]);
    expect(others[1]?.deopts).toEqual([expect.objectContaining({ count: 2, line: undefined })]);
  });

  test("V8 knows functions by what JavaScript calls them", () => {
    const disabled = [
      { name: "anonymous$2", reason: "too long" },
      { name: "class", reason: "another" },
    ];
    const reasons = verdictsOf({ disabled }).flatMap(({ name, reason }) =>
      reason === undefined ? [] : [[name, reason]],
    );
    expect(reasons).toEqual([["class", "V8 gave up optimizing a function of that name: too long"]]);
  });
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
  [["t.lua", "--opt", "--seconds", "2", "--unlimited"], /can't be combined/],
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
