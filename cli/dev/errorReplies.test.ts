/** What programs get from `spacer dev` when something goes wrong: `error`, and where it did. */
import { createTestCli, waitFor, type TestCli } from "../context.testkit.ts";

const FILES = {
  syntax: "local x\nx y\nreturn function() end\n",
  needs:
    "local function load() return (require 'syntax') end\nlocal s = load()\nreturn function() end\n",
  loading: "local t\nlocal y = t.x\nreturn function() end\n",
  later: "return function()\n  ngx.sleep(0.001)\n  local t\n  return {x = t.x}\nend\n",
  calls: "local flow = require 'flow'\nreturn function()\n  return {flow.call('later')}\nend\n",
  strange: "-- a reply can't hold a function\nreturn function()\n  return {f = print}\nend\n",
  tabled: "return function() error({code = 7}) end\n",
  hidden:
    "local function g(x) return string.rep(x) end\nreturn function(args)\n  return g(args)\nend\n",
  runaway: "return function()\n  while true do end\nend\n",
};

let cli: TestCli;
let ended: Promise<number>;
let url: string;

beforeAll(async () => {
  cli = createTestCli();
  const names = Object.keys(FILES);
  const rows = names.map((name) => `{"GET", "/${name}", "${name}"}`);
  cli.write("p/app/gateway.lua", `return {${rows.join(", ")}}`);
  cli.write(
    "p/config/application.yml",
    "spacerVersion: 1\nappName: p\ngateway: {cpuLimit: 50ms}\n",
  );
  for (const [name, text] of Object.entries(FILES)) cli.write(`p/app/${name}.lua`, text);
  ended = cli.run("dev", "p", "--port", "0");
  await waitFor(
    () => cli.out.includes("serving on"),
    () => cli.out + cli.err,
  );
  url = /http:\/\/localhost:\d+/.exec(cli.out)?.[0] ?? "";
});

afterAll(async () => {
  cli.interrupt();
  await ended;
  cli.dispose();
});

/** Of each function: the error, where it is, and a line of the traceback. */
const REPLIES: Readonly<Record<keyof typeof FILES, readonly [RegExp, string, string?]>> = {
  syntax: [
    /^"error loading module 'syntax' .*\\n\\tapp\/syntax.lua:2: '=' expected near 'y'"$/,
    "app/syntax.lua:2",
    "[C]: in function 'require'",
  ],
  needs: [
    /\\n\\tapp\/syntax.lua:2: '=' expected near 'y'"$/,
    "app/syntax.lua:2",
    "app/needs.lua:2: in main chunk",
  ],
  loading: [
    /^"app\/loading.lua:2: attempt to index local 't'/,
    "app/loading.lua:2",
    "app/loading.lua:2: in main chunk",
  ],
  later: [
    /^"app\/later.lua:4: attempt to index local 't'/,
    "app/later.lua:4",
    "app/later.lua:4: in function <app/later.lua:1>",
  ],
  calls: [
    /app\/later.lua:4: attempt to index local 't' \(a nil value\)/,
    "app/calls.lua:3",
    "app/calls.lua:3: in function <app/calls.lua:2>",
  ],
  strange: [
    /^"the result of 'strange' can't be encoded as JSON: Cannot serialise function/,
    // Where the function begins: no line is at fault.
    "app/strange.lua:2",
  ],
  tabled: [
    /^\{"code":7\}$/,
    "app/tabled.lua:1",
    "app/tabled.lua:1: in function <app/tabled.lua:1>",
  ],
  hidden: [/^"bad argument #1/, "app/hidden.lua:1"],
  runaway: [
    /^"app\/runaway.lua:2: the CPU budget of 50 ms is used up"$/,
    "app/runaway.lua:2",
    "app/runaway.lua:2: in function <app/runaway.lua:1>",
  ],
};

interface ErrorReply {
  readonly error: unknown;
  readonly file: string;
  readonly line: number;
  readonly traceback?: string;
}

test.each(Object.entries(REPLIES))("%s", async (name, [error, place, frame]) => {
  const response = await fetch(`${url}/${name}`);
  expect(response.status).toBe(500);
  const reply = (await response.json()) as ErrorReply;
  expect(JSON.stringify(reply.error)).toMatch(error);
  expect(`${reply.file}:${String(reply.line)}`).toBe(place);
  if (frame !== undefined) expect(reply.traceback).toContain(`\t${frame}`);
});
