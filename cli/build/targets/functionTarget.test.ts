/** Modules of single functions, imported by programs on Node that know nothing of spacer. */
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, findingsOf, removeBuilt, type Built } from "./built.testkit.ts";
import { functionTarget } from "./functionTarget.ts";
import { piecesOf, textOfPieces } from "../../pieces.ts";

jest.setTimeout(60_000);

const FILES = {
  "config/application.yml":
    "spacerVersion: 1\nappName: built\nenvVar: [GREETING, PASSWORD]\nsharedDicts: {counts: 1MB}\ngateway: {timeout: 20s, cpuLimit: 200ms}\nhttp: {connections: 2}\n",
  "app/gateway.lua": `return {
    {"GET", "/hello/:name", "hello"}, {"GET", "/users", "users/get"}, {"GET", "/fails", "fails"},
    {"GET", "/waits", "waits"}, {"GET", "/counts", "counts"}, {"GET", "/loads", "loads"}, {"GET", "/spins", "spins"}, {"GET", "/asks", "asks"}, {"GET", "/finds", "finds"},
  }`,
  "app/hello.lua": `local greet = require "greet"
return function(args)
  if args.name == "" then return nil, "no name" end
  return {text = greet(args.name), env = os.getenv("GREETING"), home = os.getenv("HOME"), list = args.list}
end`,
  "lib/greet.lua": "return function(name) return 'Hello, ' .. name:upper() end",
  "app/users/get.lua": `local flow = require "flow"
return function(args) return flow.call("hello", {name = args.name}) end`,
  "app/fails.lua": `local function fail(x)
  error("no luck with " .. x)
end
return function(args)
  fail(os.getenv("PASSWORD") or "it")
  return 1
end`,
  "app/waits.lua": `return function(args)
  local thread = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) return b * 2 end)
  local first = thread(1)
  ngx.sleep(args.seconds or 0.01)
  return {first, thread(21)}
end`,
  "app/counts.lua": "return function() return ngx.shared.counts:incr('n', 1, 0) end",
  "app/loads.lua": "return function(args) return assert(loadstring('return ' .. args.text))() end",
  "app/private/cleanup.lua": "return function() return 'clean' end",
  "app/finds.lua": `local greet = require "greet"
return function()
  package.path = "./app/../lib//?.lua"
  package.loaded.greet = nil
  local _, problem = pcall(require("greet"), nil)
  return {
    found = package.searchpath("greet", "./?.lua;./lib/?.lua"),
    tried = select(2, package.searchpath("greet", "../lib/?.lua")),
    text = dofile("./lib/greet.lua")("x"),
    isAnother = require("greet") ~= greet,
    problem = problem,
  }
end`,
  "app/asks.lua": `local http = require "http"
return function(args)
  local threads, count = {}, 0
  for i = 1, 6 do threads[i] = ngx.thread.spawn(http.get, args.url) end
  for i = 1, 6 do if select(2, ngx.thread.wait(threads[i])).body == "x" then count = count + 1 end end
  return count
end`,
  "app/spins.lua": "return function() while true do end end",
};

afterAll(removeBuilt);

describe.each([
  ["as they are", false],
  ["minified", true],
])("%s", (_name, isMinified) => {
  let built: Built;

  beforeAll(async () => {
    built = await build(functionTarget, FILES, isMinified);
  });

  /** What a program prints that imports the modules from where nothing is installed, as JSON. */
  function run(source: string, env: Record<string, string> = {}): unknown {
    writeFileSync(join(built.out, "main.mjs"), source);
    const text = execFileSync(process.execPath, ["--stack-size=3900", "main.mjs"], {
      cwd: built.out,
      env,
      encoding: "utf8",
    });
    return JSON.parse(text);
  }

  const print = (name: string, call: string): string => `
    import { handler } from "./${name}.mjs";
    console.log(JSON.stringify(${call}));`;

  test("a function returns what the gateway would reply, as data", () => {
    const env = { GREETING: "hi", HOME: "/home/me" };
    expect(
      run(print("hello", `await handler({name: "\u00e9va", list: [1, null, {}]})`), env),
    ).toEqual({
      status: 200,
      body: { data: { text: "Hello, \u00e9VA", env: "hi", list: [1, null, {}] } },
    });
    expect(run(print("hello", `await handler({name: ""})`))).toEqual({
      status: 400,
      body: { error: "no name" },
    });
  });

  test("it calls others, which are in its module", () => {
    expect(run(print("users/get", `await handler({name: "ada"})`), { GREETING: "x" })).toEqual({
      status: 200,
      body: { data: { text: "Hello, ADA", env: "x" } },
    });
  });

  test("errors tell lines of Lua, and no values of variables", () => {
    const source = `
      import { handler } from "./fails.mjs";
      const failed = await handler().catch((error) => error);
      const { name, message, file, line, traceback, status, stack } = failed;
      console.log(JSON.stringify({ isError: failed instanceof Error, name, message, file, line, traceback, status, stack }));`;
    const traceback = [
      "stack traceback:",
      "\t[C]: in function 'error'",
      "\tapp/fails.lua:2: in function 'fail'",
      "\tapp/fails.lua:5: in function <app/fails.lua:4>",
    ].join("\n");
    const message = "app/fails.lua:2: no luck with <PASSWORD>";
    expect(run(source, { PASSWORD: "s3cr3t-of-mine" })).toEqual({
      isError: true,
      name: "FunctionError",
      message,
      file: "app/fails.lua",
      line: 2,
      traceback,
      status: 500,
      stack: `FunctionError: ${message}\n${traceback}`,
    });
  });

  test("functions wait, at the same time; the environment is that of each call", () => {
    expect(
      run(print("waits", `await Promise.all([1, 2, 3].map(() => handler({seconds: 0.05})))`)),
    ).toEqual(Array(3).fill({ status: 200, body: { data: [2, 42] } }));
    const call = `await Promise.all(["a", "b"].map((GREETING) => handler({name: "x"}, {env: {GREETING}})))`;
    expect(run(print("hello", call), { GREETING: "c" })).toMatchObject([
      { body: { data: { env: "a" } } },
      { body: { data: { env: "b" } } },
    ]);
  });

  test("a call ends by its signal, its deadline, and the settings' limits", () => {
    const source = `
      import { handler } from "./waits.mjs";
      import { handler as spin } from "./spins.mjs";
      const tell = (promise) => promise.catch(({ name, message, status }) => ({ name, message, status }));
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error("enough")), 30);
      console.log(JSON.stringify([
        await tell(handler({seconds: 5}, {signal: controller.signal})),
        await tell(handler({}, {signal: AbortSignal.abort(new Error("before"))})),
        await tell(handler({seconds: 5}, {timeoutMs: 30})),
        await tell(handler({seconds: 5}, {getRemainingTimeInMillis: () => 20})),
        await tell(spin()),
      ]));`;
    expect(run(source)).toEqual([
      { name: "Error", message: "enough" },
      { name: "Error", message: "before" },
      {
        name: "FunctionError",
        message: expect.stringContaining("the timeout of 30 ms is over") as string,
        status: 504,
      },
      {
        name: "FunctionError",
        message: expect.stringContaining("the timeout of 20 ms is over") as string,
        status: 504,
      },
      {
        name: "FunctionError",
        message: expect.stringContaining("the CPU budget of 200 ms is used up") as string,
        status: 500,
      },
    ]);
  });

  test("dictionaries last from call to call", () => {
    expect(run(print("counts", `[await handler(), await handler()]`))).toMatchObject([
      { body: { data: 1 } },
      { body: { data: 2 } },
    ]);
  });

  test("what is in the module is found by each of its paths", () => {
    expect(run(print("finds", "await handler()"))).toEqual({
      status: 200,
      body: {
        data: {
          found: "./lib/greet.lua",
          tried: "\n\tno file '../lib/greet.lua'",
          text: "Hello, X",
          isAnother: true,
          problem: "./app/../lib//greet.lua:1: attempt to index local 'name' (a nil value)",
        },
      },
    });
  });

  test("connections to other servers are as many as the settings say", () => {
    const source = `
      import { createServer } from "node:http";
      import { handler } from "./asks.mjs";
      const server = createServer((request, response) => setTimeout(() => response.end("x"), 20));
      let connections = 0;
      server.on("connection", () => connections++).listen(0, "127.0.0.1", async () => {
        const { body } = await handler({ url: "http://127.0.0.1:" + server.address().port });
        console.log(JSON.stringify({ ...body, connections }));
        process.exit(0);
      });`;
    expect(run(source)).toEqual({ data: 6, connections: 2 });
  });

  test("texts are compiled where a function loads some", () => {
    expect(run(print("loads", `await handler({text: "1 + 1"})`))).toMatchObject({
      body: { data: 2 },
    });
  });

  test("arguments that JSON can't say are refused", () => {
    const source = `
      import { handler } from "./hello.mjs";
      const tell = (args) => handler(args).catch(({ name, message }) => name + ": " + message);
      console.log(JSON.stringify([await tell(() => 1), await tell(1n)]));`;
    expect(run(source)).toEqual([
      "TypeError: the arguments are a function, but a function takes what JSON can say",
      expect.stringContaining("TypeError"),
    ]);
  });

  test("each has its types beside it; private ones are functions, too", () => {
    expect(existsSync(join(built.out, "users/get.d.mts"))).toBe(true);
    expect(run(print("private/cleanup", "await handler()"))).toMatchObject({
      body: { data: "clean" },
    });
  });
});

test("same input, same bytes, wherever the project is", async () => {
  const files = {
    ...FILES,
    "app/gateway.lua": `return { {"GET", "/hello", "hello"}, {"GET", "/users", "users/get"} }`,
  };
  const [one, other] = [
    await build(functionTarget, files, true),
    await build(functionTarget, files, true),
  ];
  const contents = ({ files }: Built) =>
    files.map(({ path, contents }) => [path, textOfPieces(piecesOf(contents))]);
  expect(contents(one)).toEqual(contents(other));
});

test("what belongs to a server is refused, with its place", async () => {
  const files = {
    "app/gateway.lua": `return { {"GET", "/x", "x"} }`,
    "app/x.lua": `local db = require "db"\nlocal topics = require("topics")\nreturn function() return io.open("x") end`,
  };
  expect(await findingsOf(functionTarget, files)).toEqual([
    "app/x.lua:1:20: error: the target 'function' can't have 'db': its connections are those of a server (build the target 'node', or ask a server that uses the database)",
    "app/x.lua:2:24: error: the target 'function' can't have 'topics': the event log is kept by a server (build the target 'node', or append over HTTP to a server's writeProxyListen)",
  ]);
});
