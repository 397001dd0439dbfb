/** Functions that do not end: the server stops them and goes on, whatever they are in. */
import { spawn, type ChildProcess } from "node:child_process";
import { createTestCli, waitFor, type TestCli } from "./context.testkit.ts";

let cli: TestCli;
let server: ChildProcess;
let output = "";
let url = "";

/** What ends each of these is the budget; the line is where it is. */
const RUNAWAYS: readonly (readonly [name: string, place: string, code: string])[] = [
  ["loop", "app/loop.lua:1", "return function() while true do end end"],
  ["count", "app/count.lua:1", "return function() local x = 0 repeat x = x + 1 until x < 0 end"],
  ["goto", "app/goto.lua:1", "return function() ::again:: goto again end"],
  [
    "fib",
    "app/fib.lua:3",
    "local function fib(n)\n  if n < 2 then return n end\n  return fib(n - 1) + fib(n - 2)\nend\n" +
      "return function() return pcall(fib, 90) end",
  ],
  [
    "tail",
    "app/tail.lua:",
    "local even, odd\nfunction even(n) return odd(n + 1) end\nfunction odd(n) return even(n + 1) end\n" +
      "return function() return even(0) end",
  ],
  [
    "metamethod",
    "app/metamethod.lua:",
    "local t = setmetatable({[0] = 1, 1}, {__index = function(t, k) return t[k - 1] + t[k - 2] end})\n" +
      "return function() return t[90] end",
  ],
  [
    "pattern",
    "app/pattern.lua:1",
    "return function() return (('a'):rep(40)):find(('a*'):rep(30) .. 'b') end",
  ],
  [
    "regex",
    "app/regex.lua:1",
    "return function() return ngx.re.match((' '):rep(1e6) .. 'x', '(?: |\\\\t)+$') end",
  ],
  [
    "gsub",
    "app/gsub.lua:1",
    "return function() return (('x'):rep(1e7):gsub('x', function() return ('y'):rep(50) end)) end",
  ],
  [
    "sort",
    "app/sort.lua:",
    "local list = {}\nfor i = 1, 2e5 do list[i] = i * 7919 % 1000003 end\n" +
      "return function() while true do table.sort(list, function(a, b) return a > b end) table.sort(list) end end",
  ],
  ["rep", "app/rep.lua:1", "return function() while true do local _ = ('abc'):rep(1e7) end end"],
  [
    "iterator",
    "app/iterator.lua:1",
    "return function() for _ in function() return 1 end do end end",
  ],
  [
    "in_coroutine",
    "app/in_coroutine.lua:1",
    "return function() return coroutine.wrap(function() while true do end end)() end",
  ],
  [
    "swallow",
    "app/swallow.lua:2",
    "return function()\n  while true do pcall(function() while true do end end) end\nend",
  ],
  [
    "handler",
    "app/handler.lua:1",
    "return function() return xpcall(error, function() while true do end end) end",
  ],
  [
    "waits",
    "app/waits.lua:2",
    "return function()\n  while true do for _ = 1, 1e5 do end ngx.sleep(0) end\nend",
  ],
  ["module", "app/module.lua:1", "while true do end"],
];

beforeAll(async () => {
  cli = createTestCli();
  await cli.run("init", "project");
  const rows = RUNAWAYS.map(([name]) => `{"GET", "/${name}", "${name}"}`);
  cli.write(
    "project/app/gateway.lua",
    `return {{"GET", "/hello", "hello"}, {"GET", "/sleeper", "sleeper"}, ${rows.join(", ")}}`,
  );
  for (const [name, , code] of RUNAWAYS) cli.write(`project/app/${name}.lua`, code);
  cli.write("project/app/sleeper.lua", "return function()\n  ngx.sleep(3600)\nend");
  cli.write(
    "project/config/application.yml",
    // On a machine that does much else, 200 ms of CPU time may take seconds.
    "spacerVersion: 1\nappName: project\ngateway: {cpuLimit: 200ms, timeout: 8s}\n",
  );
  const [program = "", ...words] = cli.context.self;
  server = spawn(program, [...words, "start", "--port", "0"], {
    cwd: `${cli.cwd}/project`,
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [server.stdout, server.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  await waitFor(
    () => /http:\S+/.test(output),
    () => output,
    30_000,
  );
  url = /http:\S+/.exec(output)?.[0] ?? "";
}, 60_000);

afterAll(() => {
  server.kill("SIGKILL");
  cli.dispose();
});

async function get(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${url}${path}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const HELLO = { status: 200, body: { data: "Hello from Spacer!" } };

test.each(RUNAWAYS)(
  "%s",
  async (name, place) => {
    const [runaway, hello] = await Promise.all([get(`/${name}`), get("/hello")]);
    expect(runaway.body["error"]).toMatch(/the CPU budget of 200 ms is used up$/);
    expect(runaway.body["error"]).toContain(place);
    expect(runaway.status).toBe(500);
    expect(runaway.body["file"]).toBe(`app/${name}.lua`);
    expect(hello).toEqual(HELLO);
    expect(await get("/hello")).toEqual(HELLO);
  },
  30_000,
);

test("what waits for longer than the timeout is stopped, and others run meanwhile", async () => {
  const [sleeper, hello] = await Promise.all([get("/sleeper"), get("/hello")]);
  expect(hello).toEqual(HELLO);
  expect(sleeper.status).toBe(504);
  expect(sleeper.body).toMatchObject({
    error: "app/sleeper.lua:2: the timeout of 8 s is over",
    file: "app/sleeper.lua",
    line: 2,
  });
}, 30_000);
