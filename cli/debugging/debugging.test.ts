/** Debugging through the DevTools protocol, as VS Code and Chrome do it. */
import { createTestCli, waitFor, type TestCli } from "../context.testkit.ts";
import { TestDebugger } from "./debugger.testkit.ts";

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

async function startRun(...words: readonly string[]): Promise<TestDebugger> {
  return (target = await TestDebugger.start(cli, "run", "--inspect-brk=0", ...words));
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
  const it = (target = await TestDebugger.start(cli, "dev", "--port", "0", "--inspect=0"));
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

test("a program stops at its first line, and steps go from line to line", async () => {
  cli.write(
    "a.lua",
    `local a = tostring(1)
local b = { x = a, y = tostring(2) }
if a == "1" and
  b.x == a then
  print(b.y ..
    tostring(3))
end
while b do
  b = tostring(nil) == 1
end
`,
  );
  const it = await startRun("a.lua");
  await it.begin();
  const places: (string | undefined)[] = [];
  let pause = await it.nextPause();
  for (; pause.script !== undefined && places.length < 20; pause = await it.stepOver(pause)) {
    if (pause.place !== places.at(-1)) places.push(pause.place);
    else if (places.length > 1) throw new Error(`stopped twice at ${String(pause.place)}`);
  }
  expect(places.filter(Boolean)).toEqual(
    [1, 2, 3, 4, 5, 6, 5, 8, 9, 8].map((line) => `a.lua:${String(line)}`),
  );
}, 60_000);
