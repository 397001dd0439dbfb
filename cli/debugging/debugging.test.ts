/** Debugging through the DevTools protocol, as VS Code and Chrome do it. */
import { spawnSync } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createTestCli, waitFor, type TestCli } from "../context.testkit.ts";
import { TestDebugger, type Pause } from "./debugger.testkit.ts";

let cli: TestCli;
let target: TestDebugger | undefined;

beforeEach(() => {
  cli = createTestCli();
});

afterEach(async () => {
  await target?.close();
  target = undefined;
  cli.dispose();
});

async function startRun(
  words: readonly string[],
  env: Record<string, string> = {},
): Promise<TestDebugger> {
  return (target = await TestDebugger.start(cli, ["run", "--inspect-brk=0", ...words], env));
}

const HELLO = `local function greet(name, times)
  local text = "hello " .. name
  local ngx = require("ngx")
  local list = { 1, 2 }
  for i = 1, times do
    local text = "inner"
    ngx.sleep(0.01)
    list[#list + 1] = i
    text = text .. i
  end
  local sum = #list
  return text .. sum
end

return function()
  return greet("Bob", 2)
end
`;

const GATEWAY = `return { { "GET", "/hello", "hello" } }\n`;

async function startDev(settings = ""): Promise<{ url: string; it: TestDebugger }> {
  cli.write("app/hello.lua", HELLO);
  cli.write("app/gateway.lua", GATEWAY);
  cli.write("config/application.yml", `spacerVersion: 1\nappName: hello\n${settings}`);
  const it = (target = await TestDebugger.start(cli, ["dev", "--port", "0", "--inspect=0"]));
  await waitFor(
    () => /curl http\S+/.test(it.printed),
    () => it.printed,
    30_000,
  );
  return { url: /curl (http\S+)/.exec(it.printed)?.[1] ?? "", it };
}

test("a breakpoint in a function stops at its line with its locals, before and after a wait", async () => {
  const { url, it } = await startDev();
  await it.breakAt("hello.lua", 4);
  await it.breakAt("hello.lua", 8);
  await it.breakAt("hello.lua", 12);
  const reply = fetch(url);
  const before = await it.nextPause();
  expect(before.place).toBe("hello.lua:4");
  expect(before.script?.url).toMatch(/^lua:\/\/\/.*\/app\/hello\.lua\.js$/);
  expect(await it.locals(before)).toMatchObject({
    name: "Bob",
    times: 2,
    text: "hello Bob",
    list: undefined,
  });
  const after = await it.resume();
  expect(after.place).toBe("hello.lua:8");
  expect(after.script?.url).toMatch(/hello\.lua\.resumed\.js$/);
  // The inner variable hides the outer one, and what the program has done with is still shown.
  expect(await it.locals(after)).toMatchObject({ name: "Bob", times: 2, text: "inner", i: 1 });
  const next = await it.stepOver(after);
  expect(next.place).toBe("hello.lua:9");
  const secondTurn = await it.resume();
  expect(secondTurn.place).toBe("hello.lua:8");
  expect(await it.locals(secondTurn)).toMatchObject({ i: 2, text: "inner" });
  const end = await it.resume();
  expect(end.place).toBe("hello.lua:12");
  expect(await it.locals(end)).toMatchObject({ text: "hello Bob", sum: 4 });
  await it.letGo();
  expect(await (await reply).json()).toEqual({ data: "hello Bob4" });
}, 60_000);

test("a variable is hidden only by one that is declared already", async () => {
  cli.write(
    "a.lua",
    `local ngx = require("ngx")
local up = "outer"
local function show(x, isInner)
  if isInner then
    print(x, up)
    local new, x = "new", "inner"
    ngx.sleep(0.001)
    print(x, up)
    local up = "inner"
    print(x, up)
  end
  return x
end
show("given", true)
`,
  );
  const it = await startRun(["a.lua"]);
  await it.begin();
  await it.nextPause();
  for (const line of [5, 8, 10]) await it.breakAt("a.lua", line);
  const before = await it.resume();
  expect(before.place).toBe("a.lua:5");
  expect(await it.locals(before)).toMatchObject({ x: "given" });
  // A capture: it is outside of the function.
  expect(await it.locals(before)).not.toHaveProperty("up");
  const behind = await it.resume();
  expect(behind.place).toBe("a.lua:8");
  expect(await it.locals(behind)).toMatchObject({ x: "inner", new: "new", up: "outer" });
  const end = await it.resume();
  expect(end.place).toBe("a.lua:10");
  expect(await it.locals(end)).toMatchObject({ x: "inner", up: "inner" });
}, 60_000);

test("all that a statement declares begins in one step", async () => {
  cli.write(
    "a.lua",
    `local a = 1
print(a)
local b, a = tostring(1), tostring(2)
if a then
  print(a)
  local b, a = tostring(3), tostring(4)
end
`,
  );
  const it = await startRun(["a.lua"]);
  await it.begin();
  const places: (string | undefined)[] = [];
  // From the stop at the start to the first statement.
  let pause = await it.stepOver(await it.nextPause());
  for (; pause.place !== undefined; pause = await it.stepOver(pause)) places.push(pause.place);
  expect(places).toEqual([1, 2, 3, 4, 5, 6].map((line) => `a.lua:${String(line)}`));
}, 60_000);

test("a breakpoint outlives a reload", async () => {
  const { url, it } = await startDev();
  await it.breakAt("hello.lua", 11);
  const first = fetch(url);
  expect((await it.nextPause()).place).toBe("hello.lua:11");
  await it.letGo();
  await first;
  cli.write("app/hello.lua", HELLO.replace("hello", "good day"));
  await waitFor(
    () => it.printed.includes("reloaded"),
    () => it.printed,
  );
  const second = fetch(url);
  const pause = await it.nextPause();
  expect(pause.place).toBe("hello.lua:11");
  expect(await it.locals(pause)).toMatchObject({ text: "good day Bob" });
  await it.letGo();
  expect(await (await second).json()).toEqual({ data: "good day Bob4" });
}, 60_000);

test("limits of time do not end a request that stands still", async () => {
  const { url, it } = await startDev("gateway:\n  cpuLimit: 50ms\n  timeout: 100ms\n");
  expect(it.printed).toContain("CPU budgets and timeouts of functions are off.");
  await it.breakAt("hello.lua", 7);
  const reply = fetch(url);
  const pause = await it.nextPause();
  await new Promise((wake) => setTimeout(wake, 300));
  // Work of the debugger counts as the program's.
  await it.evaluate(pause, "(() => { const end = Date.now() + 200; while (Date.now() < end); })()");
  await it.resume();
  await it.letGo();
  expect((await reply).status).toBe(200);
}, 60_000);

const STEPS = `local a = tostring(1)
local b = { x = a, y = tostring(2) }
if a == "1" and b.x == a then
  print(b.y ..
    tostring(3))
end
for i = 1, 2 do
  local c = i; local d = c
end
while b do
  b = tostring(nil) == 1
end
local function twice(x) return x + x end
print(twice(b.x or 1))
`;

const STEPPED_LINES = [1, 2, 3, 4, 5, 4, 7, 8, 8, 7, 8, 8, 7, 10, 11, 10, 13, 14];

describe("steps go from statement to statement", () => {
  async function stepThrough(
    env: Record<string, string>,
    step: (it: TestDebugger, from: Pause) => Promise<Pause>,
  ): Promise<(string | undefined)[]> {
    cli.write("a.lua", STEPS);
    const it = await startRun(["a.lua"], env);
    await it.begin();
    const places: (string | undefined)[] = [];
    let pause = await it.nextPause();
    expect(pause.place).toBe("a.lua:1");
    // From the stop at the start to the first statement.
    pause = await step(it, pause);
    for (; pause.place !== undefined && places.length < 40; pause = await step(it, pause)) {
      places.push(pause.place);
    }
    return places;
  }

  const expected = STEPPED_LINES.map((line) => `a.lua:${String(line)}`);

  test("in Chrome, which passes over the same place", async () => {
    expect(await stepThrough({}, (it, from) => it.stepOver(from))).toEqual(expected);
  }, 60_000);

  test("in VS Code, which passes over what leads nowhere", async () => {
    const env = { TERM_PROGRAM: "vscode" };
    // The stop at the start is one at the first statement already.
    const steps = await stepThrough(env, (it) => it.stepOverPlainly());
    expect(steps).toEqual(expected.slice(1));
  }, 60_000);
});

test("code of the command line stops at its start, too", async () => {
  const it = await startRun(["-e", "local a = 1\nprint(a)"]);
  await it.begin();
  expect((await it.nextPause()).place).toMatch(/^[\da-f]+\.lua:1$/);
  expect([...it.scripts.values()].map(({ url }) => url)).toContainEqual(
    expect.stringMatching(/^lua:\/\/\/\(command%20line\)\//),
  );
}, 60_000);

test("code that is loaded from text has its source, and its coroutines their variables", async () => {
  const text = "local n = ...\\ncoroutine.yield(n)\\nlocal m = n * 2\\nreturn m";
  cli.write(
    "a.lua",
    `local f = assert(load("${text}", "=formula"))
local co = coroutine.wrap(f)
co(21)
print(co())
`,
  );
  const it = await startRun(["a.lua"]);
  await it.begin();
  await it.nextPause();
  const main = [...it.scripts.values()].find(({ url }) => url.includes("a.lua"));
  expect(main?.map.sources[0]).toBe(pathToFileURL(join(cli.cwd, "a.lua")).href);
  await it.breakAtSource(/^lua:\/\/\/formula\/[\da-f]+\.lua$/, 3);
  const pause = await it.resume();
  expect(pause.place).toMatch(/\.lua:3$/);
  expect(pause.script?.map.sourcesContent?.[0]).toBe(text.replaceAll("\\n", "\n"));
  expect(await it.locals(pause)).toMatchObject({ n: 21 });
  const next = await it.stepOver(pause);
  expect(await it.locals(next)).toMatchObject({ n: 21, m: 42 });
}, 60_000);

test("errors and tracebacks are those of the program without a debugger", () => {
  cli.write("lib.lua", "return function(t)\n  return t.x.y\nend\n");
  cli.write(
    "a.lua",
    `local read = require("lib")
local ngx = require("ngx")
print(pcall(read, {}))
local function deep(n) return 1 + deep(n + 1) end
print(pcall(deep, 1))
local co = coroutine.create(function(t)
  coroutine.yield()
  local function inner() return read(t) end
  return inner() .. ""
end)
coroutine.resume(co, {})
print(coroutine.resume(co))
print(debug.traceback(co))
print(pcall(load("local a = ...\\nlocal b = a.y.z\\nreturn b", "=chunk"), {}))
print(select(2, xpcall(function()
  ngx.sleep(0.001)
  error("after a wait")
end, debug.traceback)))
ngx.timer.at(0, function()
  local t
  t.x = 1
end)
ngx.sleep(0.01)
for i = 1, 2 do
  ngx.sleep(0.001)
  if i == 2 then
    read(
      nil)
  end
end
`,
  );
  const run = (...options: readonly string[]) => {
    const [program = "", ...words] = cli.context.self;
    const all = [...words, "run", ...options, "a.lua"];
    const { stdout, stderr } = spawnSync(program, all, { cwd: cli.cwd, encoding: "utf8" });
    return {
      stdout,
      stderr: stderr.replaceAll(/^(?:Debugger listening|For help|spacer: ).*\n/gm, ""),
    };
  };
  const plain = run();
  expect(plain.stdout).toContain("a.lua:4: stack overflow");
  expect(plain.stderr).toContain("lib.lua:2: attempt to index local 't' (a nil value)");
  expect(plain.stdout + plain.stderr).not.toMatch(/\.m?[jt]s\b|node:|(?<!\.)lua:\d/);
  expect(run("--inspect=0")).toEqual(plain);
}, 60_000);

test("a statement may be as long as without a debugger", () => {
  const calls = Array.from({ length: 15_000 }, (_, index) => `f(${String(index)})`).join(",");
  cli.write(
    "a.lua",
    `local ngx = require("ngx")
local function f(x)
  if x % 5000 == 1 then ngx.sleep(0.001) end
  return x
end
local t = {${calls}}
print(#t, t[1], t[15000])
`,
  );
  const [program = "", ...words] = cli.context.self;
  const all = [...words, "run", "--inspect=0", "a.lua"];
  const { stdout } = spawnSync(program, all, { cwd: cli.cwd, encoding: "utf8" });
  expect(stdout).toBe("15000\t0\t14999\n");
}, 60_000);

test("tables are shown as Lua writes them", async () => {
  cli.write(
    "a.lua",
    `local t = setmetatable({ 1, nil, "zwölf", x = { y = {} }, ["a b"] = true }, {})
local f = io.stdout
local co = coroutine.create(print)
print(t)
`,
  );
  const it = await startRun(["a.lua"]);
  await it.begin();
  await it.nextPause();
  await it.breakAt("a.lua", 4);
  const pause = await it.resume();
  const describeIn = async (expression: string) =>
    (await it.evaluate(pause, `${expression}[Symbol.for("debug.description")]()`)).value;
  expect(await describeIn("t")).toBe('{1, [3] = "zwölf", x = {y = {...}}, ["a b"] = true}');
  expect(await describeIn("f")).toBe("userdata");
  expect(await describeIn("co")).toBe("coroutine (suspended)");
  const properties = await it.evaluate(
    pause,
    `Object.keys(t[Symbol.for("debug.properties")]()).join()`,
  );
  expect(properties.value).toBe("[1],[3],x,a b,(metatable)");
  // VS Code asks so that nothing can change.
  const { result } = await it.send<{ result: { objectId: string } }>(
    "Debugger.evaluateOnCallFrame",
    {
      callFrameId: pause.frames[0]?.callFrameId,
      expression: "t",
    },
  );
  await it.evaluate(pause, `globalThis.shown = Symbol.for("debug.description"); undefined`);
  const harmless = await it.send<{ exceptionDetails?: unknown }>("Runtime.callFunctionOn", {
    objectId: result.objectId,
    functionDeclaration: "function () { return this[shown](); }",
    throwOnSideEffect: true,
  });
  expect(harmless.exceptionDetails).toBeUndefined();
  await it.send("Runtime.setCustomObjectFormatterEnabled", { enabled: true });
  const { customPreview } = await it.evaluate(pause, "t");
  expect(JSON.parse(customPreview?.header ?? "null")).toEqual([
    "span",
    {},
    '{1, [3] = "zwölf", x = {y = {...}}, ["a b"] = true}',
  ]);
}, 60_000);

test("profiles and heap snapshots name Lua functions", async () => {
  cli.write(
    "a.lua",
    `local function busy(n)
  local s = 0
  for i = 1, n do s = s + i % 7 end
  return s
end
local list = {}
for i = 1, 20 do
  list[i] = function() return busy(1e6) + i end
end
for i = 1, 20 do list[i]() end
print("done")
`,
  );
  const it = await startRun(["a.lua"]);
  await it.send("Profiler.enable");
  await it.begin();
  await it.nextPause();
  await it.breakAt("a.lua", 11);
  await it.send("Profiler.start");
  await it.resume();
  const { profile } = await it.send<{ profile: { nodes: ProfileNode[] } }>("Profiler.stop");
  const names = profile.nodes.map(
    ({ callFrame: { functionName, url } }) => `${functionName} ${url}`,
  );
  expect(names).toEqual(expect.arrayContaining(["busy lua:1/a.lua", "anonymous$8 lua:1/a.lua"]));
  const snapshot = await it.heapSnapshot();
  expect(snapshot).toContain('"busy"');
  expect(snapshot).toContain('"anonymous$8"');
  expect(snapshot).toMatch(/a\.lua/);
}, 60_000);

interface ProfileNode {
  readonly callFrame: { readonly functionName: string; readonly url: string };
}

describe("where it listens", () => {
  test("a port that is in use is said to be", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    cli.write("a.lua", "print('never')");
    try {
      expect(await cli.run("run", `--inspect=${String(port)}`, "a.lua")).toBe(1);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    expect(cli.out).toBe("");
    expect(cli.err).toBe(
      `spacer: port ${String(port)} for debuggers is in use by another program\n` +
        `  hint: stop that program or choose another port: --inspect=${String(port + 1)}, or any: --inspect=0\n`,
    );
  });

  test("an address that this machine does not have", async () => {
    cli.write("a.lua", "print('never')");
    expect(await cli.run("run", "--inspect=192.0.2.1:0", "a.lua")).toBe(1);
    expect(cli.err).toContain("spacer: this machine has no address 192.0.2.1\n");
  });
});
